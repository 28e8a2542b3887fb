// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {CREATE3} from "solady/src/utils/CREATE3.sol";
import {IApprovals} from "../../contracts/interfaces/IApprovals.sol";
import {IAssets} from "../../contracts/interfaces/IAssets.sol";
import {IClassRules} from "../../contracts/interfaces/IClassRules.sol";
import {IDealRegistry} from "../../contracts/interfaces/IDealRegistry.sol";
import {DutyKind, IDisclosures} from "../../contracts/interfaces/IDisclosures.sol";
import {IFilingRegistry} from "../../contracts/interfaces/IFilingRegistry.sol";
import {IHolderRegistry} from "../../contracts/interfaces/IHolderRegistry.sol";
import {IOrders} from "../../contracts/interfaces/IOrders.sol";
import {IParties} from "../../contracts/interfaces/IParties.sol";
import {IScrutiny} from "../../contracts/interfaces/IScrutiny.sol";
import {IStatements} from "../../contracts/interfaces/IStatements.sol";
import {Roles} from "../../contracts/libraries/Roles.sol";
import {Wiring} from "../../contracts/types/Wiring.sol";
import {Laws} from "./Laws.sol";
import {Page} from "./Page.sol";
import {vm} from "./Vm.sol";

/// @notice The singletons of one deployment, the parties that call them, and how a call is held against what was expected.
abstract contract World is Page {
    uint256 internal constant BEGINS_AT = 1_770_379_200; // Noon of 6 February 2026 (UTC).
    uint32 internal constant GRANT_DELAY_SECONDS = 1 hours;
    uint32 internal constant CHANGE_DELAY_SECONDS = 1 hours;
    uint16 internal constant COMPLETION_DAYS = 20;

    uint16 internal constant REGISTRAR = 1;
    uint16 internal constant REGULATOR = 2;
    uint16 internal constant ATTESTER_A = 3;
    uint16 internal constant ATTESTER_B = 4;
    uint16 internal constant APPROVER_A = 5;
    uint16 internal constant APPROVER_B = 6;
    uint16 internal constant FILING_ENTITY = 7;
    uint16 internal constant OTHER_FILING_ENTITY = 8;
    uint16 internal constant ISSUER = 9;
    uint16 internal constant TRUSTEE = 10;
    uint16 internal constant PAYING_AGENT = 11;
    uint16 internal constant SERVICER = 12;
    uint16 internal constant CUSTODIAN_A = 13;
    uint16 internal constant CUSTODIAN_B = 14;
    uint16 internal constant CUSTODIAN_C = 15;
    uint16 internal constant ASSESSOR = 16;
    uint16 internal constant PARTY_COUNT = 16;

    /// @dev Accounts that begin unregistered, and the one behind which many hold.
    uint256 internal constant ACCOUNT_COUNT = 11;
    uint256 internal constant OMNIBUS_ACCOUNT = 6;

    IParties internal _parties;
    IApprovals internal _approvals;
    IFilingRegistry internal _filings;
    IHolderRegistry internal _holdersRegistry;
    IDealRegistry internal _deals;
    IScrutiny internal _scrutiny;
    IAssets internal _assets;
    IDisclosures internal _disclosures;
    IStatements internal _statements;
    IClassRules internal _classRules;
    IOrders internal _orders;

    uint256 private _serial;

    /// @dev Each party has two keys, so that a conflict of parties and one of keys are told apart.
    function _keyOf(uint16 party, bool isSecond) internal pure returns (address) {
        return address(uint160(uint256(keccak256(abi.encode("key", party, isSecond)))));
    }

    function _key(uint16 party) internal returns (address) {
        return _keyOf(party, _chance(30));
    }

    /// @dev Who registers the account of a place in the list; later another custodian may keep it.
    function _custodianOfPlace(uint256 account) internal pure returns (uint16) {
        return
            [
                CUSTODIAN_A,
                CUSTODIAN_A,
                CUSTODIAN_A,
                CUSTODIAN_B,
                CUSTODIAN_B,
                CUSTODIAN_C,
                CUSTODIAN_C,
                CUSTODIAN_A,
                CUSTODIAN_B,
                CUSTODIAN_A,
                CUSTODIAN_C
            ][account];
    }

    /// @dev A key that belongs to nobody.
    function _stranger() internal pure returns (address) {
        return _keyOf(0, false);
    }

    /// @dev A hash that no earlier call got.
    function _fresh(string memory what) internal returns (bytes32) {
        return keccak256(abi.encode(what, ++_serial));
    }

    /// @dev Makes a call that must go ahead exactly where the campaign expects it to, and be refused by a named error else.
    function _expect(
        uint256 law,
        bool isAllowed,
        address key,
        address target,
        bytes memory data,
        string memory what
    ) internal returns (bytes memory answer) {
        bool isDone;
        vm.prank(key);
        // solhint-disable-next-line avoid-low-level-calls
        (isDone, answer) = target.call(data);
        if (isDone && !isAllowed) revert Broken(law, steps, string.concat(what, " went ahead"));
        if (!isDone && isAllowed) {
            revert Broken(law, steps, string.concat(what, " was refused with ", vm.toString(answer)));
        }
        if (isDone) _hasChanged = true;
        else _requireNamed(answer, what);
    }

    /// @dev A decision: a maker who is registrar or regulator, then two approvers. None of the three suffices, nor do two.
    function _expectDecision(
        uint256 law,
        bool isAllowed,
        address target,
        bytes memory data,
        string memory what
    ) internal {
        _expectDecision(law, isAllowed, isAllowed, target, data, what);
    }

    /// @param mayOpen Whether the matter can be decided at all.
    /// @param isEffective Whether the last of the three calls goes ahead; what it does may still be forbidden.
    function _expectDecision(
        uint256 law,
        bool mayOpen,
        bool isEffective,
        address target,
        bytes memory data,
        string memory what
    ) internal {
        bool isRegulator = _chance(50);
        address maker = _key(isRegulator ? REGULATOR : REGISTRAR);
        if (_chance(20)) {
            uint16[4] memory others = [APPROVER_A, TRUSTEE, ISSUER, ATTESTER_A];
            _expect(Laws.DECISION, false, _key(others[_roll(4)]), target, data, "a decision opened by another");
        }
        _expect(law, mayOpen, maker, target, data, what);
        if (!mayOpen) return;
        if (_chance(20)) {
            address own = _key(isRegulator ? REGULATOR : REGISTRAR);
            _expect(Laws.DECISION, false, own, target, data, "a second endorsement by one party");
        }
        // The registrar approves too; what it made itself it may not.
        uint16 second = isRegulator && _chance(50) ? REGISTRAR : APPROVER_A;
        _expect(law, true, _key(second), target, data, what);
        if (_chance(20)) {
            uint16[4] memory others = [second, REGULATOR, SERVICER, 0];
            _expect(Laws.DECISION, false, _key(others[_roll(4)]), target, data, "a third endorsement by another");
        }
        _expect(law, isEffective, _key(APPROVER_B), target, data, what);
        if (isEffective) _expect(Laws.DECISION, false, maker, target, data, "a decision that has taken effect");
    }

    /// @dev A panic, or a revert that says nothing, is a defect and no refusal.
    function _requireNamed(bytes memory answer, string memory what) private view {
        bool isNamed = answer.length >= 4 && bytes4(answer) != 0x4e487b71 && bytes4(answer) != 0x08c379a0;
        _require(isNamed, Laws.NAMED_REFUSAL, what);
    }

    function _deploy() internal {
        vm.warp(BEGINS_AT);
        string[14] memory names = [
            "Parties",
            "Approvals",
            "FilingRegistry",
            "HolderRegistry",
            "NoteFactory",
            "DealRegistry",
            "Distributor",
            "Payments",
            "Scrutiny",
            "Assets",
            "Disclosures",
            "Statements",
            "ClassRules",
            "Orders"
        ];
        address[14] memory places;
        for (uint256 i; i < 14; ++i) places[i] = CREATE3.predictDeterministicAddress(bytes32(i));
        Wiring memory wiring = abi.decode(abi.encode(places), (Wiring));
        for (uint256 i; i < 14; ++i) {
            bytes memory code = vm.getCode(string.concat("contracts/", names[i], ".sol:", names[i]));
            CREATE3.deployDeterministic(abi.encodePacked(code, _constructorOf(i, wiring)), bytes32(i));
        }
        (_parties, _approvals, _filings) = (wiring.parties, wiring.approvals, wiring.filings);
        (_holdersRegistry, _deals, _scrutiny) = (wiring.holders, wiring.deals, wiring.scrutiny);
        (_assets, _disclosures, _statements) = (wiring.assets, wiring.disclosures, wiring.statements);
        (_classRules, _orders) = (wiring.classRules, wiring.orders);
    }

    function _constructorOf(uint256 i, Wiring memory wiring) private pure returns (bytes memory) {
        if (i == 0) return abi.encode(wiring, _genesis(), GRANT_DELAY_SECONDS);
        if (i == 3) return abi.encode(wiring, _residences());
        if (i == 10) return abi.encode(wiring, _policies());
        if (i == 12) return abi.encode(wiring, CHANGE_DELAY_SECONDS);
        return abi.encode(wiring);
    }

    function _residences() internal pure returns (bytes2[] memory residences) {
        residences = new bytes2[](5);
        (residences[0], residences[1], residences[2]) = ("HK", "SG", "MO");
        (residences[3], residences[4]) = ("TW", "CH");
    }

    function _policies() private pure returns (IDisclosures.DutyPolicy[] memory policies) {
        policies = new IDisclosures.DutyPolicy[](3);
        for (uint8 i; i < 3; ++i) {
            policies[i] = IDisclosures.DutyPolicy(DutyKind(i), COMPLETION_DAYS, false, keccak256("made-up source"));
        }
    }

    function _genesis() private pure returns (IParties.PartyGenesis[] memory genesis) {
        genesis = new IParties.PartyGenesis[](PARTY_COUNT);
        for (uint16 i; i < PARTY_COUNT; ++i) {
            address[] memory keys = new address[](2);
            (keys[0], keys[1]) = (_keyOf(i + 1, false), _keyOf(i + 1, true));
            genesis[i] = IParties.PartyGenesis(keccak256(abi.encode("party", i)), keys, _rolesOf(i + 1));
        }
    }

    function _rolesOf(uint16 party) private pure returns (bytes32[] memory roles) {
        roles = new bytes32[](party == REGISTRAR ? 2 : 1);
        if (party == REGISTRAR) (roles[0], roles[1]) = (Roles.REGISTRAR, Roles.APPROVER);
        else if (party == REGULATOR) roles[0] = Roles.REGULATOR;
        else if (party == ATTESTER_A || party == ATTESTER_B) roles[0] = Roles.ATTESTER;
        else if (party == APPROVER_A || party == APPROVER_B) roles[0] = Roles.APPROVER;
        else if (party == FILING_ENTITY || party == OTHER_FILING_ENTITY) roles[0] = Roles.FILING_ENTITY;
        else if (party == ISSUER) roles[0] = Roles.ISSUER;
        else if (party == TRUSTEE) roles[0] = Roles.TRUSTEE;
        else if (party == PAYING_AGENT) roles[0] = Roles.PAYING_AGENT;
        else if (party == SERVICER) roles[0] = Roles.SERVICER;
        else if (party == ASSESSOR) roles[0] = Roles.ASSESSOR;
        else roles[0] = Roles.CUSTODIAN;
    }
}
