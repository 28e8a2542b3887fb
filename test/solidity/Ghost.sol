// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {FilingState} from "../../contracts/interfaces/IFilingRegistry.sol";
import {INote} from "../../contracts/interfaces/INote.sol";
import {ResidenceRule} from "../../contracts/types/DealTerms.sol";
import {DealId, FilingId} from "../../contracts/types/Ids.sol";

/// @notice What the campaign itself keeps of everything it did. Never read off the ledger, so that the two can be held
/// against each other.
abstract contract Ghost {
    /// @notice An invariant broke.
    /// @param law Number of the invariant in `Laws`.
    /// @param step Step of the run after which it was seen.
    error Broken(uint256 law, uint256 step, string what);

    struct Account {
        address at;
        /// Zero for an account that a custodian keeps.
        uint256 privateKey;
        bytes32 accountRef;
        bytes16 holderRef;
        bytes2 residence;
        uint16 custodian;
        uint8 category;
        uint8 lookThrough;
        uint8 flags;
        uint40 eligibleUntil;
        uint40 stoppedUntil;
        uint256 ring;
    }

    struct Licence {
        uint40 licensedUntil;
        uint40 stoppedUntil;
        bool hasRole;
    }

    /// @dev A series of stops of one subject.
    struct Series {
        uint40 since;
        bytes32 orderId;
    }

    /// @dev A second that must not pass unnoticed: a record date closed with these units.
    struct RecordDate {
        uint40 closesAt;
        bool isClosed;
        mapping(uint256 account => uint256) units;
    }

    struct Class {
        INote note;
        uint256 filing;
        DealId deal;
        uint8 classIndex;
        bool isPriced;
        uint16 admittedCategories;
        uint32 minimumUnits;
        uint32 maxHolders;
        uint32 lockUpSeconds;
        uint32 complianceSeconds;
        uint40 issuedAt;
        uint40 pausedUntil;
        uint256 balanceMinor;
        uint256 capMinor;
        uint256 unitsIssued;
        uint256 recordDateCount;
        ResidenceRule[] residences;
        mapping(uint256 account => uint256) units;
        mapping(uint256 account => uint256) frozen;
        mapping(uint256 account => mapping(address key => uint256)) allowance;
        mapping(uint256 recordDateId => RecordDate) recordDates;
    }

    /// @dev One filing and what was found of the version that stands.
    struct Filed {
        FilingId id;
        uint16 version;
        FilingState state;
        bytes32 bundleHash;
        bytes32 termsHash;
        uint40 windowClosesAt;
        uint40 suspendedUntil;
        uint40 recheckedUntil;
        uint40 reportDueAt;
        bool isReported;
        uint32 checks;
        uint8 soundHeads;
        uint8 permitsDeclared;
        uint8 permitsRequired;
        uint8 permitsObtained;
        bool hasPool;
        bool hasAssets;
        bool hasTitle;
        uint40 handedInAt;
        uint16 attester;
        uint40 attestedAt;
        bytes32 evidenceHash;
    }

    uint256 public steps;
    uint256 public changes;
    uint256 public refusals;

    Account[] internal _accounts;
    /// @dev Place in `_accounts`, counting from 1.
    mapping(address => uint256) internal _placeOf;
    mapping(uint16 party => Licence) internal _licences;
    mapping(bytes32 subject => Series) internal _series;
    mapping(bytes32 subject => mapping(bytes32 orderId => bool)) internal _isOrderUsed;
    Filed[] internal _filed;
    Class[] internal _classes;

    /// @dev The account that the last step touched; the checks after the step look at it first.
    uint256 internal _touched;

    /// @dev Whether a call of this step changed the ledger.
    bool internal _hasChanged;

    uint256 private _dice;

    /// @dev Every handler is one step. What it rolls follows from the number it was given and from the step.
    modifier step(uint256 entropy) {
        ++steps;
        _dice = uint256(keccak256(abi.encode(entropy, steps)));
        _hasChanged = false;
        _;
        if (_hasChanged) ++changes;
        else ++refusals;
    }

    function _roll(uint256 sides) internal returns (uint256) {
        _dice = uint256(keccak256(abi.encode(_dice)));
        return _dice % sides;
    }

    function _chance(uint256 percent) internal returns (bool) {
        return _roll(100) < percent;
    }

    function _require(bool holds, uint256 law, string memory what) internal view {
        if (!holds) revert Broken(law, steps, what);
    }

    function _isRegistered(uint256 account) internal view returns (bool) {
        return _accounts[account].custodian != 0;
    }

    function _isActive(uint16 custodian) internal view returns (bool) {
        Licence storage licence = _licences[custodian];
        return block.timestamp <= licence.licensedUntil && block.timestamp > licence.stoppedUntil;
    }

    /// @dev A suspension and the end of a window come by the clock.
    function _stateNow(uint256 filing) internal view returns (FilingState state) {
        Filed storage filed = _filed[filing];
        state = filed.state;
        bool isRecorded = state == FilingState.Recorded || state == FilingState.IssuedReported;
        if (isRecorded && block.timestamp <= filed.suspendedUntil) return FilingState.Suspended;
        bool isOpen =
            state == FilingState.Draft ||
                state == FilingState.Submitted ||
                state == FilingState.SupplementRequested ||
                state == FilingState.Attested;
        if (isOpen && block.timestamp > filed.windowClosesAt) return FilingState.Lapsed;
    }
}
