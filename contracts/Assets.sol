// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {AssetClass, IAssets, ObligorBand} from "./interfaces/IAssets.sol";
import {FilingPower, IFilingRegistry} from "./interfaces/IFilingRegistry.sol";
import {CivilDates} from "./libraries/CivilDates.sol";
import {FilingPowers} from "./libraries/FilingPowers.sol";
import {FilingId, PartyId} from "./types/Ids.sol";
import {Wired} from "./types/Wired.sol";
import {Wiring} from "./types/Wiring.sol";

/// @notice See `IAssets`.
contract Assets is IAssets, Wired {
    /// @notice Most commitments of one call.
    uint256 public constant MAX_BATCH = 500;

    /// @notice What is known of the pool of one version of a filing.
    struct Standing {
        FilingId filing;
        uint16 version;
        bool isRecorded;
        bool hasAssets;
        bool hasTitle;
    }

    mapping(bytes32 poolId => Standing) private _pools;
    mapping(bytes32 commitment => bytes32 poolId) private _poolOf;

    constructor(Wiring memory wiring_) Wired(wiring_) {}

    /// @inheritdoc IAssets
    function recordPool(FilingId filing, uint16 version, Pool calldata pool) external {
        PartyId by = FILINGS.requireFilingEntity(filing, msg.sender);
        FILINGS.requireDraft(filing, version);
        _requireSound(pool);
        _pools[_poolId(filing, version)].isRecorded = true;
        emit PoolRecorded(filing, by, version, pool);
    }

    /// @inheritdoc IAssets
    function recordTitle(
        FilingId filing,
        uint16 version,
        bytes32 titleEvidenceHash,
        bytes32 transferEvidenceHash
    ) external {
        PartyId by = FILINGS.requireFilingEntity(filing, msg.sender);
        FILINGS.requireUnrecorded(filing, version);
        if (titleEvidenceHash == 0 || transferEvidenceHash == 0) revert Assets_EvidenceMissing();
        _pools[_poolId(filing, version)].hasTitle = true;
        emit TitleRecorded(filing, by, version, titleEvidenceHash, transferEvidenceHash);
    }

    /// @inheritdoc IAssets
    function commit(FilingId filing, uint16 version, bytes32[] calldata commitments) external {
        PartyId by = FILINGS.requireFilingEntity(filing, msg.sender);
        FILINGS.requireDraft(filing, version);
        uint256 count = commitments.length;
        if (count == 0 || count > MAX_BATCH) revert Assets_BatchSize(count, MAX_BATCH);
        bytes32 poolId = _poolId(filing, version);
        Standing storage pool = _pools[poolId];
        (pool.filing, pool.version, pool.hasAssets) = (filing, version, true);
        for (uint256 i; i < count; ++i) {
            bytes32 commitment = commitments[i];
            if (commitment == 0) revert Assets_CommitmentZero(i);
            FilingId pledged = pledgeOf(commitment);
            if (FilingId.unwrap(pledged) != 0) revert Assets_AlreadyPledged(commitment, pledged);
            _poolOf[commitment] = poolId;
        }
        emit AssetsCommitted(filing, by, version, commitments);
    }

    /// @inheritdoc IAssets
    function requirePool(FilingId filing, uint16 version) external view {
        Standing storage pool = _pools[_poolId(filing, version)];
        if (!pool.isRecorded || !pool.hasAssets) revert Assets_PoolMissing(filing, version);
    }

    /// @inheritdoc IAssets
    function requireTitle(FilingId filing, uint16 version) external view {
        if (!_pools[_poolId(filing, version)].hasTitle) revert Assets_TitleMissing(filing, version);
    }

    /// @inheritdoc IAssets
    function pledgeOf(bytes32 commitment) public view returns (FilingId) {
        bytes32 poolId = _poolOf[commitment];
        if (poolId == 0) return FilingId.wrap(0);
        Standing storage pool = _pools[poolId];
        IFilingRegistry.Filing memory filed = FILINGS.filingOf(pool.filing);
        bool isLive = filed.version == pool.version && FilingPowers.allows(filed.state, FilingPower.Pledge);
        return isLive ? pool.filing : FilingId.wrap(0);
    }

    function _poolId(FilingId filing, uint16 version) private pure returns (bytes32) {
        return keccak256(abi.encode(filing, version));
    }

    function _requireSound(Pool calldata pool) private pure {
        if (pool.assetClass == AssetClass.None) revert Assets_BadPool("assetClass");
        bool isOther = pool.assetClass == AssetClass.OtherRecognised;
        if (isOther != (pool.reasonHash != 0)) revert Assets_BadPool("reasonHash");
        if (pool.tapeHash == 0) revert Assets_BadPool("tapeHash");
        if (!CivilDates.isDate(pool.cutoffDate)) revert Assets_BadPool("cutoffDate");
        if (pool.balanceMinor == 0) revert Assets_BadPool("balanceMinor");
        if (pool.currency == 0) revert Assets_BadPool("currency");
        if (pool.obligorBand == ObligorBand.None) revert Assets_BadPool("obligorBand");
        bool areSegregated =
            pool.spvAccount != 0 &&
                pool.collectionAccount != 0 &&
                pool.distributionAccount != 0 &&
                pool.spvAccount != pool.collectionAccount &&
                pool.spvAccount != pool.distributionAccount &&
                pool.collectionAccount != pool.distributionAccount;
        if (!areSegregated) revert Assets_AccountsNotSegregated();
    }
}
