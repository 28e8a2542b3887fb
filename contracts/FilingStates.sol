// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {FilingPower, FilingState, IFilingRegistry} from "./interfaces/IFilingRegistry.sol";
import {FilingPowers} from "./libraries/FilingPowers.sol";
import {Roles} from "./libraries/Roles.sol";
import {FilingId, PartyId} from "./types/Ids.sol";
import {Wired} from "./types/Wired.sol";
import {Wiring} from "./types/Wiring.sol";

/// @notice Where filings stand, and who asks for it: the half of `FilingRegistry` that changes nothing.
abstract contract FilingStates is IFilingRegistry, Wired {
    /// @dev Sets of states, one bit each.
    uint256 internal constant DRAFT = 1 << uint8(FilingState.Draft);
    uint256 internal constant PENDING = (1 << uint8(FilingState.Submitted)) | (1 << uint8(FilingState.Attested));
    uint256 internal constant SUBMITTED = PENDING | (1 << uint8(FilingState.SupplementRequested));
    uint256 internal constant UNRECORDED = DRAFT | SUBMITTED;
    uint256 internal constant RECORDED = (1 << uint8(FilingState.Recorded)) | (1 << uint8(FilingState.IssuedReported));
    uint256 internal constant STANDING = RECORDED | (1 << uint8(FilingState.Suspended));
    uint256 internal constant CLOSABLE = RECORDED | (1 << uint8(FilingState.Revoked));

    mapping(FilingId => Filing) internal _filings;

    constructor(Wiring memory wiring_) Wired(wiring_) {}

    /// @inheritdoc IFilingRegistry
    function filingOf(FilingId filing) external view returns (Filing memory copy) {
        Filing storage current = _known(filing);
        copy = current;
        copy.state = _stateNow(current);
    }

    /// @inheritdoc IFilingRegistry
    function stateOf(FilingId filing) external view returns (FilingState) {
        return _stateNow(_filings[filing]);
    }

    /// @inheritdoc IFilingRegistry
    function allows(FilingId filing, FilingPower power) external view returns (bool) {
        return FilingPowers.allows(_stateNow(_filings[filing]), power);
    }

    /// @inheritdoc IFilingRegistry
    function requireDraft(FilingId filing, uint16 version) external view {
        _version(filing, version, DRAFT);
    }

    /// @inheritdoc IFilingRegistry
    function requireUnrecorded(FilingId filing, uint16 version) external view {
        _version(filing, version, UNRECORDED);
    }

    /// @inheritdoc IFilingRegistry
    function requireFilingEntity(FilingId filing, address key) public view returns (PartyId party) {
        Filing storage current = _known(filing);
        party = PARTIES.requireRole(key, Roles.FILING_ENTITY);
        if (party != current.filingEntity) revert FilingRegistry_NotFilingEntity(filing, party);
    }

    /// @dev Suspended is never stored, since a suspension ends by the clock. Lapsed is the clock's work too, and stored only
    /// so that the log tells of it.
    function _stateNow(Filing storage current) internal view returns (FilingState state) {
        state = current.state;
        if (_isOneOf(state, RECORDED)) return block.timestamp <= current.suspendedUntil ? FilingState.Suspended : state;
        if (_isOneOf(state, UNRECORDED) && block.timestamp > current.windowClosesAt) return FilingState.Lapsed;
    }

    function _isOneOf(FilingState state, uint256 states) internal pure returns (bool) {
        return (states >> uint8(state)) & 1 == 1;
    }

    function _version(FilingId filing, uint16 version, uint256 states) internal view returns (Filing storage current) {
        current = _in(filing, states);
        if (version != current.version) revert FilingRegistry_OtherVersion(filing, current.version);
    }

    function _in(FilingId filing, uint256 states) internal view returns (Filing storage current) {
        current = _known(filing);
        FilingState state = _stateNow(current);
        if (!_isOneOf(state, states)) revert FilingRegistry_WrongState(filing, state);
    }

    function _known(FilingId filing) internal view returns (Filing storage current) {
        current = _filings[filing];
        if (current.state == FilingState.None) revert FilingRegistry_UnknownFiling(filing);
    }
}
