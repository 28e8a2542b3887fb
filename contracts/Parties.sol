// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {AccessControl} from "@openzeppelin/contracts/access/AccessControl.sol";
import {IParties} from "./interfaces/IParties.sol";
import {Roles} from "./libraries/Roles.sol";
import {DealId, PartyId} from "./types/Ids.sol";
import {Wired} from "./types/Wired.sol";
import {Wiring} from "./types/Wiring.sol";

/// @notice See `IParties`.
contract Parties is IParties, AccessControl, Wired {
    /// @dev Stands in `_partyOfKey` for a key that was removed, so that no party can take it over.
    PartyId private constant RETIRED = PartyId.wrap(type(uint16).max);

    /// @notice A longer delay could outlive the approvals that wait for it.
    uint32 public constant MAX_GRANT_DELAY_SECONDS = 14 days;

    /// @notice How long an approved grant rests before it takes effect.
    uint32 public immutable GRANT_DELAY_SECONDS;

    /// @inheritdoc IParties
    uint16 public partyCount;

    mapping(address key => PartyId) private _partyOfKey;
    mapping(bytes32 ref => PartyId) private _partyOfRef;

    constructor(Wiring memory wiring_, PartyGenesis[] memory genesis, uint32 grantDelaySeconds) Wired(wiring_) {
        if (grantDelaySeconds > MAX_GRANT_DELAY_SECONDS) revert Parties_DelayTooLong(grantDelaySeconds);
        GRANT_DELAY_SECONDS = grantDelaySeconds;
        for (uint256 i; i < genesis.length; ++i) _register(genesis[i]);
    }

    /// @inheritdoc IParties
    function register(PartyGenesis calldata genesis, bytes32 operationRef) external {
        _requireFree(genesis.ref);
        bytes32 subject = keccak256(abi.encode("register", genesis, operationRef));
        if (_decide(subject, GRANT_DELAY_SECONDS)) _register(genesis);
    }

    /// @inheritdoc IParties
    function addKey(PartyId party, address key, bytes32 operationRef) external {
        _requireKnown(party);
        _requireFree(key);
        bytes32 subject = keccak256(abi.encode("addKey", party, key, operationRef));
        if (_decide(subject, GRANT_DELAY_SECONDS)) _addKey(party, key);
    }

    /// @inheritdoc IParties
    function grant(PartyId party, bytes32 role, bytes32 operationRef) external {
        _requireKnown(party);
        _requireCompatible(party, role);
        bytes32 subject = keccak256(abi.encode("grant", party, role, operationRef));
        if (_decide(subject, GRANT_DELAY_SECONDS)) _hold(party, role);
    }

    /// @inheritdoc IParties
    function end(PartyId party, bytes32 role, bytes32 operationRef) external {
        _requireKnown(party);
        if (!_decide(keccak256(abi.encode("end", party, role, operationRef)), 0)) return;
        if (!_revokeRole(role, _member(party))) return;
        emit RoleEnded(party, role);
        if (role == Roles.CUSTODIAN) HOLDERS.endLicence(party);
    }

    /// @inheritdoc IParties
    function removeKey(address key, bytes32 operationRef) external {
        PartyId party = _requireKey(key);
        PartyId by = _requireKey(msg.sender);
        // Taking away somebody else's keys takes away a voice in every later decision, so it is one itself.
        if (by != party && !_decide(keccak256(abi.encode("removeKey", key, operationRef)), 0)) return;
        _partyOfKey[key] = RETIRED;
        HOLDERS.forgetKey(key);
        emit KeyRemoved(party, key, by);
    }

    /// @inheritdoc IParties
    function assignDealRole(DealId deal, bytes32 role, PartyId party) external {
        if (msg.sender != address(DEALS)) revert Parties_NotDealRegistry(msg.sender);
        _requireKnown(party);
        if (!holds(party, role)) revert Parties_RoleMissing(party, role);
        _grantRole(Roles.ofDeal(deal, role), _member(party));
    }

    /// @inheritdoc IParties
    function partyOf(address key) public view returns (PartyId) {
        PartyId party = _partyOfKey[key];
        return party == RETIRED ? PartyId.wrap(0) : party;
    }

    /// @inheritdoc IParties
    function holds(PartyId party, bytes32 role) public view returns (bool) {
        return hasRole(role, _member(party));
    }

    /// @inheritdoc IParties
    function requireRole(address key, bytes32 role) external view returns (PartyId party) {
        party = _requireKey(key);
        if (!holds(party, role)) revert Parties_RoleMissing(party, role);
    }

    /// @inheritdoc IParties
    function requireEitherRole(address key, bytes32 first, bytes32 second) external view returns (PartyId party) {
        party = _requireKey(key);
        if (!holds(party, first) && !holds(party, second)) revert Parties_RoleMissing(party, first);
    }

    /// @inheritdoc IParties
    function requireDealRole(address key, DealId deal, bytes32 role) external view returns (PartyId party) {
        party = _requireKey(key);
        if (!_holdsInDeal(party, deal, role)) revert Parties_RoleMissing(party, role);
    }

    /// @inheritdoc IParties
    function requireEitherDealRole(
        address key,
        DealId deal,
        bytes32 first,
        bytes32 second
    ) external view returns (PartyId party) {
        party = _requireKey(key);
        bool isEntitled = _holdsInDeal(party, deal, first) || _holdsInDeal(party, deal, second);
        if (!isEntitled) revert Parties_RoleMissing(party, first);
    }

    /// @dev AccessControl keeps accounts; a party is kept under its number. No key can have such an address.
    function _member(PartyId party) private pure returns (address) {
        return address(uint160(PartyId.unwrap(party)));
    }

    function _holdsInDeal(PartyId party, DealId deal, bytes32 role) private view returns (bool) {
        return holds(party, Roles.ofDeal(deal, role)) && holds(party, role);
    }

    function _decide(bytes32 subject, uint32 delaySeconds) private returns (bool) {
        return APPROVALS.decide(subject, msg.sender, delaySeconds);
    }

    function _register(PartyGenesis memory genesis) private {
        _requireFree(genesis.ref);
        PartyId party = PartyId.wrap(++partyCount);
        _partyOfRef[genesis.ref] = party;
        emit PartyRegistered(party, genesis.ref);
        for (uint256 i; i < genesis.keys.length; ++i) _addKey(party, genesis.keys[i]);
        for (uint256 i; i < genesis.roles.length; ++i) _hold(party, genesis.roles[i]);
    }

    function _addKey(PartyId party, address key) private {
        _requireFree(key);
        _partyOfKey[key] = party;
        emit KeyAdded(party, key);
    }

    function _hold(PartyId party, bytes32 role) private {
        _requireCompatible(party, role);
        if (_grantRole(role, _member(party))) emit RoleHeld(party, role);
    }

    function _requireFree(bytes32 ref) private view {
        if (ref == 0 || !_partyOfRef[ref].isNobody()) revert Parties_RefTaken(ref);
    }

    function _requireFree(address key) private view {
        if (key == address(0)) revert Parties_KeyZero();
        if (!_partyOfKey[key].isNobody()) revert Parties_KeyTaken(key, _partyOfKey[key]);
    }

    /// @dev Who controls may not be among those who are controlled.
    function _requireCompatible(PartyId party, bytes32 role) private view {
        if (!Roles.isNamed(role)) revert Parties_UnknownRole(role);
        bytes32[] memory opposite = Roles.oppositeOf(role);
        for (uint256 i; i < opposite.length; ++i) {
            if (holds(party, opposite[i])) revert Parties_RolesConflict(party, role, opposite[i]);
        }
    }

    function _requireKnown(PartyId party) private view {
        if (party.isNobody() || PartyId.unwrap(party) > partyCount) revert Parties_UnknownParty(party);
    }

    function _requireKey(address key) private view returns (PartyId party) {
        party = partyOf(key);
        if (party.isNobody()) revert Parties_UnknownKey(key);
    }
}
