// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IApprovals} from "./interfaces/IApprovals.sol";
import {IParties} from "./interfaces/IParties.sol";
import {Roles} from "./libraries/Roles.sol";
import {PartyId} from "./types/Ids.sol";
import {Wired} from "./types/Wired.sol";
import {Wiring} from "./types/Wiring.sol";

/// @notice See `IApprovals`.
contract Approvals is IApprovals, Wired {
    /// @notice How long a matter waits for its next step: for further endorsements, or to be made effective.
    uint40 public constant LIFETIME_SECONDS = 30 days;

    struct Matter {
        bytes32 payloadHash;
        PartyId first;
        PartyId second;
        PartyId third;
        uint40 openedAt;
        uint40 completedAt;
        bool spent;
    }

    mapping(address module => mapping(bytes32 subject => Matter)) private _matters;

    constructor(Wiring memory wiring_) Wired(wiring_) {}

    /// @inheritdoc IApprovals
    function endorse(
        bytes32 subject,
        bytes32 payloadHash,
        PartyId party,
        Quorum calldata quorum
    ) external returns (bool effective) {
        _requireModule();
        return _endorse(subject, payloadHash, party, quorum.parties, quorum.delaySeconds);
    }

    /// @inheritdoc IApprovals
    function decide(bytes32 subject, address key, uint32 delaySeconds) external returns (bool effective) {
        _requireModule();
        Matter storage matter = _matters[msg.sender][subject];
        PartyId party = PARTIES.partyOf(key);
        if (matter.first.isNobody() || matter.first == party || _isForgotten(matter)) {
            PARTIES.requireEitherRole(key, Roles.REGISTRAR, Roles.REGULATOR);
        } else {
            PARTIES.requireRole(key, Roles.APPROVER);
        }
        effective = _endorse(subject, subject, party, 3, delaySeconds);
        // Between the first endorsement and the effect a role may have ended.
        if (effective) _requireEntitled(matter);
    }

    /// @inheritdoc IApprovals
    function withdraw(address module, bytes32 subject) external {
        PartyId party = PARTIES.partyOf(msg.sender);
        Matter storage matter = _matters[module][subject];
        if (matter.spent) revert Approvals_Spent(subject);
        if (party.isNobody() || !_endorsed(matter, party)) revert Approvals_NotEndorser(subject, party);
        delete _matters[module][subject];
        emit Withdrawn(module, subject, party);
    }

    /// @inheritdoc IApprovals
    function endorsementsOf(
        address module,
        bytes32 subject
    )
        external
        view
        returns (bytes32 payloadHash, PartyId[3] memory parties, uint40 openedAt, uint40 completedAt, bool spent)
    {
        Matter storage matter = _matters[module][subject];
        if (_isForgotten(matter)) return (0, parties, 0, 0, false);
        parties = [matter.first, matter.second, matter.third];
        return (matter.payloadHash, parties, matter.openedAt, matter.completedAt, matter.spent);
    }

    function _endorse(
        bytes32 subject,
        bytes32 payloadHash,
        PartyId party,
        uint8 needed,
        uint32 delaySeconds
    ) private returns (bool effective) {
        Matter storage matter = _matters[msg.sender][subject];
        if (matter.spent) revert Approvals_Spent(subject);
        if (_isForgotten(matter)) delete _matters[msg.sender][subject];
        if (matter.first.isNobody()) {
            (matter.payloadHash, matter.openedAt) = (payloadHash, uint40(block.timestamp));
        } else if (matter.payloadHash != payloadHash) {
            revert Approvals_PayloadDiffers(subject, matter.payloadHash, payloadHash);
        }

        if (matter.completedAt == 0) {
            _add(matter, subject, party, needed);
            // The endorsement that completes a matter with a delay is kept; somebody repeats the call after the delay.
            if (matter.completedAt == 0 || delaySeconds > 0) return false;
        } else if (!_endorsed(matter, party)) {
            revert Approvals_NotEndorser(subject, party);
        } else if (block.timestamp < matter.completedAt + delaySeconds) {
            revert Approvals_Resting(subject, matter.completedAt + delaySeconds);
        }
        matter.spent = true;
        emit Effective(msg.sender, subject, payloadHash);
        return true;
    }

    function _add(Matter storage matter, bytes32 subject, PartyId party, uint8 needed) private {
        if (_endorsed(matter, party)) revert Approvals_SameParty(subject, party);
        uint8 count;
        if (matter.first.isNobody()) (matter.first, count) = (party, 1);
        else if (matter.second.isNobody()) (matter.second, count) = (party, 2);
        else (matter.third, count) = (party, 3);
        if (count == needed) matter.completedAt = uint40(block.timestamp);
        emit Endorsed(msg.sender, subject, party, matter.payloadHash, count);
    }

    function _requireEntitled(Matter storage matter) private view {
        bool isMaker = PARTIES.holds(matter.first, Roles.REGISTRAR) || PARTIES.holds(matter.first, Roles.REGULATOR);
        if (!isMaker) revert IParties.Parties_RoleMissing(matter.first, Roles.REGISTRAR);
        if (!PARTIES.holds(matter.second, Roles.APPROVER)) {
            revert IParties.Parties_RoleMissing(matter.second, Roles.APPROVER);
        }
        if (!PARTIES.holds(matter.third, Roles.APPROVER)) {
            revert IParties.Parties_RoleMissing(matter.third, Roles.APPROVER);
        }
    }

    function _endorsed(Matter storage matter, PartyId party) private view returns (bool) {
        return matter.first == party || matter.second == party || matter.third == party;
    }

    function _isForgotten(Matter storage matter) private view returns (bool) {
        if (matter.first.isNobody() || matter.spent) return false;
        uint40 since = matter.completedAt == 0 ? matter.openedAt : matter.completedAt;
        return block.timestamp > since + LIFETIME_SECONDS;
    }

    function _requireModule() private view {
        bool isModule =
            msg.sender == address(PARTIES) ||
                msg.sender == address(FILINGS) ||
                msg.sender == address(HOLDERS) ||
                msg.sender == address(DEALS) ||
                msg.sender == address(DISTRIBUTOR) ||
                msg.sender == address(PAYMENTS) ||
                msg.sender == address(SCRUTINY) ||
                msg.sender == address(ASSETS) ||
                msg.sender == address(DISCLOSURES) ||
                msg.sender == address(CLASS_RULES) ||
                msg.sender == address(ORDERS);
        if (!isModule) revert Approvals_NotModule(msg.sender);
    }
}
