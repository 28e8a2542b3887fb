// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IERC7943Fungible} from "../../contracts/interfaces/IERC7943.sol";
import {FilingState} from "../../contracts/interfaces/IFilingRegistry.sol";
import {IApprovals} from "../../contracts/interfaces/IApprovals.sol";
import {IDealRegistry} from "../../contracts/interfaces/IDealRegistry.sol";
import {IHolderRegistry} from "../../contracts/interfaces/IHolderRegistry.sol";
import {INote} from "../../contracts/interfaces/INote.sol";
import {RuleTerms} from "../../contracts/types/DealTerms.sol";
import {PartyId} from "../../contracts/types/Ids.sol";
import {Filings} from "./Filings.sol";
import {Laws} from "./Laws.sol";

/// @notice Keys that call what only a module of the registry may call.
abstract contract Intruding is Filings {
    /// @notice Any key, of any party or of none, tries a door that is not its own.
    function intrude(uint256 entropy) external step(entropy) {
        address key = _chance(60) ? _key(uint16(REGISTRAR + _roll(2))) : _key(uint16(_roll(PARTY_COUNT + 1)));
        uint256 class = _roll(LIVE_CLASSES);
        uint256 account = _rollHolder(class);
        if (_chance(60)) {
            address note = address(_classes[class].note);
            _expect(Laws.MODULES_ONLY, false, key, note, _doorOfNote(account), "a door of a note");
        } else {
            (address target, bytes memory data) = _doorOfModule(class, account);
            _expect(Laws.MODULES_ONLY, false, key, target, data, "a door of a module");
        }
    }

    function _doorOfNote(uint256 account) private returns (bytes memory) {
        address at = _at(account);
        address other = _at(_rollAccount());
        address[] memory list = new address[](1);
        list[0] = at;
        uint256 kind = _roll(11);
        if (kind == 0) return abi.encodeCall(IERC7943Fungible.forcedTransfer, (at, other, 1));
        if (kind == 1) return abi.encodeCall(IERC7943Fungible.setFrozenTokens, (at, 0));
        if (kind == 2) return abi.encodeCall(INote.pause, (0));
        if (kind == 3) return abi.encodeCall(INote.followFiling, (FilingState.Recorded, 0));
        if (kind == 4) return abi.encodeCall(INote.cancel, (list));
        if (kind == 5) return abi.encodeCall(INote.scheduleRecordDate, (20990101, uint40(block.timestamp)));
        if (kind == 6) return abi.encodeCall(INote.forget, (list));
        if (kind == 7) return abi.encodeCall(INote.moveEpoch, ());
        if (kind == 8) return abi.encodeCall(INote.join, (list, list));
        RuleTerms memory rules;
        if (kind == 9) return abi.encodeCall(INote.followRules, (rules));
        INote.Allocation[] memory legs = new INote.Allocation[](1);
        legs[0] = INote.Allocation(at, 1);
        return abi.encodeCall(INote.issue, (legs, 0));
    }

    function _doorOfModule(uint256 class, uint256 account) private returns (address, bytes memory) {
        Class storage of_ = _classes[class];
        Filed storage filed = _filed[of_.filing];
        address holders = address(_holdersRegistry);
        uint256 kind = _roll(10);
        if (kind == 0) return (address(_filings), abi.encodeCall(_filings.consume, (filed.id, 0, 1)));
        if (kind == 1) return (address(_filings), abi.encodeCall(_filings.followReport, (filed.id)));
        if (kind == 2) return (address(_disclosures), abi.encodeCall(_disclosures.opened, (filed.id)));
        if (kind == 3) return (address(_deals), abi.encodeCall(IDealRegistry.endIssuance, (of_.deal)));
        if (kind == 4) return (address(_deals), abi.encodeCall(IDealRegistry.close, (filed.id)));
        if (kind == 5) return (holders, abi.encodeCall(IHolderRegistry.endLicence, (PartyId.wrap(CUSTODIAN_A))));
        if (kind == 6) return (holders, abi.encodeCall(IHolderRegistry.forgetKey, (_key(CUSTODIAN_A))));
        if (kind == 7) return (holders, abi.encodeCall(IHolderRegistry.admitNote, (INote(_at(account)))));
        if (kind == 8) return (holders, abi.encodeCall(IHolderRegistry.dismissNote, (of_.note)));
        return (address(_approvals), abi.encodeCall(IApprovals.decide, (keccak256("a matter"), _key(REGISTRAR), 0)));
    }
}
