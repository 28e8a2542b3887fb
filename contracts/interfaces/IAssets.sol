// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {FilingId, PartyId} from "../types/Ids.sol";

/// @notice Class of the assets of a pool; one class a pool.
enum AssetClass {
    None,
    InfraToll,
    InfraUtility,
    TradeReceivable,
    Lease,
    RealEstateIncome,
    Credit,
    TrustBeneficial,
    SupplyChain,
    OtherRecognised
}

/// @notice How many obligors a pool has.
enum ObligorBand {
    None,
    One,
    UpToTen,
    UpToHundred,
    UpToThousand,
    MoreThanThousand
}

/// @notice Which assets back which filing. One asset backs one live pool only (R-A1, R-A2).
/// @dev An asset is known by its commitment: a keyed hash (HMAC) of its identity, whose one key the title registry keeps off
/// the ledger. Equal assets so give equal commitments, and nobody without the key learns from one which asset it is. A pool
/// lives as long as its version of the filing stands and the filing has not ended; no loop frees its assets.
interface IAssets {
    /// @notice A pool of assets.
    /// @param tapeHash SHA-256 of the pool tape, the list of its assets.
    /// @param cutoffDate Civil date whose end the tape describes.
    /// @param balanceMinor What the assets owe at the cut-off date, in minor units of the currency.
    /// @param currency ISO 4217 code.
    /// @param reasonHash SHA-256 of the reason for which an `OtherRecognised` class is admitted; zero for others.
    /// @param relatedAssetsOpinionHash SHA-256 of the opinion that a mixed pool's assets belong together; zero where they are
    /// of one type.
    /// @param spvAccount Commitment to the account of the special-purpose vehicle, as the two that follow with a salt, so that
    /// it reveals nothing. Three accounts, so that no money mixes with the originator's (R-A5).
    /// @param collectionAccount Commitment to the account that collections reach.
    /// @param distributionAccount Commitment to the account that holders are paid from.
    struct Pool {
        AssetClass assetClass;
        bytes32 tapeHash;
        uint32 cutoffDate;
        uint128 balanceMinor;
        bytes3 currency;
        ObligorBand obligorBand;
        bytes32 reasonHash;
        bytes32 relatedAssetsOpinionHash;
        bytes32 spvAccount;
        bytes32 collectionAccount;
        bytes32 distributionAccount;
    }

    event PoolRecorded(FilingId indexed filing, PartyId indexed by, uint16 version, Pool pool);
    event TitleRecorded(
        FilingId indexed filing,
        PartyId indexed by,
        uint16 version,
        bytes32 titleEvidenceHash,
        bytes32 transferEvidenceHash
    );
    event AssetsCommitted(FilingId indexed filing, PartyId indexed by, uint16 version, bytes32[] commitments);

    /// @notice Thrown when a field of a pool is empty, no date, or contradicts another.
    error Assets_BadPool(string field);
    /// @notice Thrown when accounts of a pool are missing or not three different ones.
    error Assets_AccountsNotSegregated();
    /// @notice Thrown when evidence of title or of transfer is missing.
    error Assets_EvidenceMissing();
    /// @notice Thrown for an empty list of commitments or one above `MAX_BATCH`.
    error Assets_BatchSize(uint256 count, uint256 limit);
    /// @notice Thrown when a commitment is zero.
    error Assets_CommitmentZero(uint256 index);
    /// @notice Thrown when an asset backs a live pool already, its own one too.
    error Assets_AlreadyPledged(bytes32 commitment, FilingId filing);
    /// @notice Thrown when a filing is to be submitted without a pool and an asset in it.
    error Assets_PoolMissing(FilingId filing, uint16 version);
    /// @notice Thrown when a filing is to be recorded without evidence of title and transfer.
    error Assets_TitleMissing(FilingId filing, uint16 version);

    /// @notice States the pool of a draft; replaces what was stated of the version before.
    /// @custom:access the filing entity of the filing
    function recordPool(FilingId filing, uint16 version, Pool calldata pool) external;

    /// @notice States the evidence that the originator had title and passed it to the special-purpose vehicle.
    /// @custom:access the filing entity of the filing, until it is recorded
    function recordTitle(
        FilingId filing,
        uint16 version,
        bytes32 titleEvidenceHash,
        bytes32 transferEvidenceHash
    ) external;

    /// @notice Adds assets to the pool of a draft.
    /// @custom:access the filing entity of the filing
    function commit(FilingId filing, uint16 version, bytes32[] calldata commitments) external;

    /// @notice Refuses a submission unless the version has a pool and at least one asset (R-A1).
    function requirePool(FilingId filing, uint16 version) external view;

    /// @notice Refuses a recording unless the version has evidence of title and transfer (R-A2).
    function requireTitle(FilingId filing, uint16 version) external view;

    /// @notice The filing whose live pool an asset backs; zero when it backs none.
    function pledgeOf(bytes32 commitment) external view returns (FilingId);
}
