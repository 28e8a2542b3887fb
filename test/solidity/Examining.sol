// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {AssetClass, IAssets, ObligorBand} from "../../contracts/interfaces/IAssets.sol";
import {FilingState} from "../../contracts/interfaces/IFilingRegistry.sol";
import {Head, IScrutiny, PermitKind} from "../../contracts/interfaces/IScrutiny.sol";
import {FilingId} from "../../contracts/types/Ids.sol";
import {Laws} from "./Laws.sol";
import {Ordering} from "./Ordering.sol";

/// @notice What has to be known of a filing: checks, heads, permits, pool, title and the assets it pledges.
abstract contract Examining is Ordering {
    uint32 internal constant ALL_PASSED = 0x5555555;
    uint8 internal constant ALL_HEADS = 7;
    uint8 internal constant ALL_PERMITS = 63;

    /// @dev Which version of which filing an asset was last pledged under.
    struct Pledge {
        FilingId id;
        uint256 filing;
        uint16 version;
    }

    mapping(bytes32 commitment => Pledge) private _pledges;

    /// @dev Everything, and all of it in order.
    function _examine(uint256 filing) internal {
        _tryAssess(filing, ASSESSOR, ALL_PASSED);
        for (uint8 i; i < 3; ++i) _tryScrutinise(filing, ASSESSOR, i, true);
        for (uint8 i; i < 6; ++i) _tryPermit(filing, FILING_ENTITY, i, i == 2, i == 2);
        _tryPool(filing, FILING_ENTITY);
        _tryTitle(filing, FILING_ENTITY);
        _tryCommit(filing, FILING_ENTITY, _fresh("asset"));
    }

    /// @dev One thing, which may be said by the wrong party, too late, or as failed.
    function _examinePart(uint256 filing) internal {
        uint256 kind = _roll(6);
        uint16 expert = _chance(85) ? ASSESSOR : uint16(_roll(PARTY_COUNT + 1));
        uint16 filer = _chance(85) ? FILING_ENTITY : uint16(_roll(PARTY_COUNT + 1));
        if (kind == 0) _tryAssess(filing, expert, _chance(60) ? ALL_PASSED : uint32(_roll(uint256(ALL_PASSED) << 1)));
        else if (kind == 1) _tryScrutinise(filing, expert, uint8(_roll(3)), _chance(70));
        else if (kind == 2) _tryPermit(filing, filer, uint8(_roll(6)), _chance(40), _chance(60));
        else if (kind == 3) _tryPool(filing, filer);
        else if (kind == 4) _tryTitle(filing, filer);
        else _tryCommit(filing, filer, keccak256(abi.encode("contested asset", _roll(6))));
    }

    function _tryAssess(uint256 filing, uint16 by, uint32 checks) internal {
        Filed storage filed = _filed[filing];
        bool isSound = checks >> 28 == 0;
        for (uint256 i; i < 14; ++i) isSound = isSound && (checks >> (2 * i)) & 3 != 3;
        bool isAllowed = by == ASSESSOR && isSound && _stateNow(filing) == FilingState.Draft;
        bytes memory data = abi.encodeCall(
            IScrutiny.assess,
            (filed.id, filed.version, filed.bundleHash, checks, keccak256("evidence"))
        );
        _expect(Laws.EXAMINATION, isAllowed, _key(by), address(_scrutiny), data, "assessment");
        if (isAllowed) filed.checks = checks;
    }

    function _tryScrutinise(uint256 filing, uint16 by, uint8 head, bool isSound) internal {
        Filed storage filed = _filed[filing];
        bool isAllowed = by == ASSESSOR && _stateNow(filing) == FilingState.Draft;
        bytes memory data = abi.encodeCall(
            IScrutiny.scrutinise,
            (filed.id, filed.version, Head(head), isSound, 20260201, keccak256("evidence"))
        );
        _expect(Laws.EXAMINATION, isAllowed, _key(by), address(_scrutiny), data, "scrutiny");
        if (!isAllowed) return;
        uint8 bit = uint8(1 << head);
        filed.soundHeads = isSound ? filed.soundHeads | bit : filed.soundHeads & ~bit;
    }

    function _tryPermit(uint256 filing, uint16 by, uint8 kind, bool isRequired, bool isObtained) internal {
        Filed storage filed = _filed[filing];
        FilingState state = _stateNow(filing);
        uint8 bit = uint8(1 << kind);
        bool isFixed = state != FilingState.Draft && isRequired != (filed.permitsRequired & bit != 0);
        bool isAllowed = by == FILING_ENTITY && _isPledging(state) && !isFixed;
        bytes memory data = abi.encodeCall(
            IScrutiny.permit,
            (filed.id, PermitKind(kind), isRequired, isObtained, keccak256("reference"), 0)
        );
        _expect(Laws.EXAMINATION, isAllowed, _key(by), address(_scrutiny), data, "permit");
        if (!isAllowed) return;
        filed.permitsDeclared |= bit;
        filed.permitsRequired = isRequired ? filed.permitsRequired | bit : filed.permitsRequired & ~bit;
        filed.permitsObtained = isObtained ? filed.permitsObtained | bit : filed.permitsObtained & ~bit;
    }

    function _tryPool(uint256 filing, uint16 by) internal {
        Filed storage filed = _filed[filing];
        bool areSegregated = _chance(90) || !filed.hasPool;
        IAssets.Pool memory pool = IAssets.Pool({
            assetClass: AssetClass.TradeReceivable,
            tapeHash: keccak256("tape"),
            cutoffDate: 20260131,
            balanceMinor: 1_000_000,
            currency: "USD",
            obligorBand: ObligorBand.UpToTen,
            reasonHash: 0,
            relatedAssetsOpinionHash: 0,
            spvAccount: keccak256("account of the vehicle"),
            collectionAccount: keccak256("collection account"),
            distributionAccount: areSegregated ? keccak256("distribution account") : keccak256("collection account")
        });
        bool isAllowed = by == FILING_ENTITY && areSegregated && _stateNow(filing) == FilingState.Draft;
        bytes memory data = abi.encodeCall(IAssets.recordPool, (filed.id, filed.version, pool));
        _expect(Laws.EXAMINATION, isAllowed, _key(by), address(_assets), data, "pool");
        if (isAllowed) filed.hasPool = true;
    }

    function _tryTitle(uint256 filing, uint16 by) internal {
        Filed storage filed = _filed[filing];
        bool isAllowed = by == FILING_ENTITY && _isUnrecorded(_stateNow(filing));
        bytes memory data = abi.encodeCall(
            IAssets.recordTitle,
            (filed.id, filed.version, keccak256("title"), keccak256("transfer"))
        );
        _expect(Laws.EXAMINATION, isAllowed, _key(by), address(_assets), data, "title");
        if (isAllowed) filed.hasTitle = true;
    }

    function _tryCommit(uint256 filing, uint16 by, bytes32 commitment) internal {
        Filed storage filed = _filed[filing];
        bytes32[] memory commitments = new bytes32[](1);
        commitments[0] = commitment;
        bool isFree = !_isPledged(commitment);
        bool isAllowed = by == FILING_ENTITY && isFree && _stateNow(filing) == FilingState.Draft;
        bytes memory data = abi.encodeCall(IAssets.commit, (filed.id, filed.version, commitments));
        _expect(Laws.ONE_LIVE_POOL, isAllowed, _key(by), address(_assets), data, "pledge of an asset");
        if (!isAllowed) return;
        filed.hasAssets = true;
        _pledges[commitment] = Pledge(filed.id, filing, filed.version);
    }

    /// @dev An asset is free again when its filing ends without notes, or has a new version.
    function _isPledged(bytes32 commitment) private view returns (bool) {
        Pledge storage pledge = _pledges[commitment];
        Filed storage filed = _filed[pledge.filing];
        bool isCurrent =
            FilingId.unwrap(pledge.id) != 0 &&
                FilingId.unwrap(filed.id) == FilingId.unwrap(pledge.id) &&
                filed.version == pledge.version;
        return isCurrent && _isPledging(_stateNow(pledge.filing));
    }

    function _isUnrecorded(FilingState state) internal pure returns (bool) {
        return
            state == FilingState.Draft ||
            state == FilingState.Submitted ||
            state == FilingState.SupplementRequested ||
            state == FilingState.Attested;
    }

    function _isStanding(FilingState state) internal pure returns (bool) {
        return state == FilingState.Recorded || state == FilingState.IssuedReported || state == FilingState.Suspended;
    }

    function _isPledging(FilingState state) private pure returns (bool) {
        return _isUnrecorded(state) || _isStanding(state) || state == FilingState.Revoked;
    }
}
