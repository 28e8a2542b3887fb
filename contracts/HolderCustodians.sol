// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {HolderBook} from "./HolderBook.sol";
import {Custodian, IHolderRegistry} from "./interfaces/IHolderRegistry.sol";
import {Roles} from "./libraries/Roles.sol";
import {Stops} from "./libraries/Stops.sol";
import {PartyId} from "./types/Ids.sol";

/// @notice Licences, stops and keys of custodians: see `IHolderRegistry`.
abstract contract HolderCustodians is HolderBook {
    using Stops for Stops.Book;

    uint40 public constant MAX_STOP_SECONDS = Stops.MAX_STOP_SECONDS;

    /// @dev A key with all that a registration asks of its custodian, so that it reads one word.
    struct CustodianKey {
        PartyId custodian;
        uint40 licensedUntil;
        uint40 stoppedUntil;
    }

    mapping(PartyId => Custodian) private _custodians;

    /// @dev Keys that registered something. A key never changes its party, and its removal is told to `forgetKey`.
    mapping(address => CustodianKey) private _keys;
    mapping(PartyId => address[]) private _keysOf;
    Stops.Book private _stops;

    /// @inheritdoc IHolderRegistry
    function license(
        PartyId custodian,
        uint40 licensedUntil,
        bytes32 parentComplianceRef,
        bytes32 evidenceHash
    ) external {
        PARTIES.requireRole(msg.sender, Roles.REGISTRAR);
        bool isEnding = licensedUntil < block.timestamp && _custodians[custodian].licensedUntil != 0;
        if (!isEnding && !PARTIES.holds(custodian, Roles.CUSTODIAN)) revert HolderRegistry_CustodianInactive(custodian);
        if (evidenceHash == 0) revert HolderRegistry_ReferenceMissing();
        _custodians[custodian].licensedUntil = licensedUntil;
        _tell(custodian);
        emit CustodianLicensed(custodian, licensedUntil, parentComplianceRef, evidenceHash);
    }

    /// @inheritdoc IHolderRegistry
    function endLicence(PartyId custodian) external {
        _requireParties();
        if (_custodians[custodian].licensedUntil < block.timestamp) return;
        uint40 licensedUntil = uint40(block.timestamp - 1);
        _custodians[custodian].licensedUntil = licensedUntil;
        _tell(custodian);
        emit LicenceEnded(custodian, licensedUntil);
    }

    /// @inheritdoc IHolderRegistry
    function forgetKey(address key) external {
        _requireParties();
        address[] storage keys = _keysOf[_keys[key].custodian];
        for (uint256 i; i < keys.length; ++i) {
            if (keys[i] != key) continue;
            keys[i] = keys[keys.length - 1];
            keys.pop();
        }
        _keys[key] = CustodianKey(PartyId.wrap(0), 0, 0);
        _moveEpoch();
    }

    /// @inheritdoc IHolderRegistry
    function stopCustodian(PartyId custodian, bytes32 orderId, uint40 until) external {
        PartyId by = PARTIES.requireEitherRole(msg.sender, Roles.REGISTRAR, Roles.REGULATOR);
        Custodian storage current = _licensed(custodian);
        current.stoppedUntil = _stops.order(_subject(custodian), orderId, current.stoppedUntil, until);
        _tell(custodian);
        emit CustodianStopped(custodian, by, orderId, current.stoppedUntil);
    }

    /// @inheritdoc IHolderRegistry
    function keepCustodianStopped(PartyId custodian, bytes32 orderId, uint40 until) external {
        Custodian storage current = _licensed(custodian);
        _stops.requireLonger(_subject(custodian), orderId, current.stoppedUntil, until);
        if (!_decide(keccak256(abi.encode("keepCustodianStopped", custodian, orderId, until)))) return;
        _stops.keep(_subject(custodian), orderId);
        current.stoppedUntil = until;
        _tell(custodian);
        emit CustodianStopped(custodian, PARTIES.partyOf(msg.sender), orderId, until);
    }

    /// @inheritdoc IHolderRegistry
    function liftCustodian(PartyId custodian, bytes32 orderId) external {
        Custodian storage current = _licensed(custodian);
        _stops.requireStanding(_subject(custodian), orderId, current.stoppedUntil);
        if (!_decide(keccak256(abi.encode("liftCustodian", custodian, orderId)))) return;
        _stops.lift(_subject(custodian));
        current.stoppedUntil = 0;
        _tell(custodian);
        emit CustodianStopLifted(custodian, orderId);
    }

    /// @inheritdoc IHolderRegistry
    function custodianOf(PartyId custodian) external view returns (Custodian memory) {
        return _custodians[custodian];
    }

    /// @inheritdoc IHolderRegistry
    function isRegisteredSpender(address key) external view returns (bool) {
        // A licence ends with the role, so it is all that needs asking; nobody has one.
        return _isActive(PARTIES.partyOf(key));
    }

    function _requireActiveCustodian() internal returns (PartyId custodian) {
        CustodianKey memory key = _keys[msg.sender];
        if (key.custodian.isNobody()) key = _learn();
        custodian = key.custodian;
        if (block.timestamp > key.licensedUntil || block.timestamp <= key.stoppedUntil)
            revert HolderRegistry_CustodianInactive(custodian);
    }

    function _requireActive(PartyId custodian) internal view {
        if (!_isActive(custodian)) revert HolderRegistry_CustodianInactive(custodian);
    }

    function _isActive(PartyId custodian) internal view returns (bool) {
        Custodian memory current = _custodians[custodian];
        return block.timestamp <= current.licensedUntil && block.timestamp > current.stoppedUntil;
    }

    /// @dev Last second of a custodian's licence; 0 for nobody and while it is stopped.
    function _activeUntil(PartyId custodian) internal view returns (uint256) {
        Custodian storage current = _custodians[custodian];
        (uint256 licensedUntil, uint256 stoppedUntil) = (current.licensedUntil, current.stoppedUntil);
        return block.timestamp > stoppedUntil ? licensedUntil : 0;
    }

    /// @dev Remembers the calling key of a custodian.
    function _learn() private returns (CustodianKey memory) {
        PartyId custodian = PARTIES.requireRole(msg.sender, Roles.CUSTODIAN);
        _keysOf[custodian].push(msg.sender);
        Custodian memory current = _custodians[custodian];
        return _keys[msg.sender] = CustodianKey(custodian, current.licensedUntil, current.stoppedUntil);
    }

    /// @dev Must follow every write to a custodian.
    function _tell(PartyId custodian) private {
        Custodian memory current = _custodians[custodian];
        address[] memory keys = _keysOf[custodian];
        for (uint256 i; i < keys.length; ++i) {
            _keys[keys[i]] = CustodianKey(custodian, current.licensedUntil, current.stoppedUntil);
        }
        _moveEpoch();
    }

    function _licensed(PartyId custodian) private view returns (Custodian storage current) {
        current = _custodians[custodian];
        if (current.licensedUntil == 0) revert HolderRegistry_CustodianInactive(custodian);
    }

    function _requireParties() private view {
        if (msg.sender != address(PARTIES)) revert HolderRegistry_NotParties(msg.sender);
    }

    function _subject(PartyId custodian) private pure returns (bytes32) {
        return bytes32(uint256(PartyId.unwrap(custodian)));
    }
}
