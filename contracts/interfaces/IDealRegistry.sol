// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {DealTerms, Pricing} from "../types/DealTerms.sol";
import {DealId, FilingId, PartyId} from "../types/Ids.sol";
import {FilingState} from "./IFilingRegistry.sol";
import {INote} from "./INote.sol";

/// @notice How far a deal has come.
enum DealState {
    None,
    Created,
    Priced,
    Outstanding,
    Amortising
}

/// @notice Deals: terms, pricing, notes. The only door to issuance.
/// @dev The terms hash is computed here from the very struct that is stored; no function takes one from the deal's side.
interface IDealRegistry {
    /// @notice A deal as it stands.
    /// @param filingVersion Version of the filing it was created from; it ends with that version.
    /// @param openedClasses How many of its classes are open, from the first on. Nothing is issued before all are.
    struct Deal {
        FilingId filing;
        bytes32 termsHash;
        PartyId issuer;
        uint16 filingVersion;
        DealState state;
        uint8 classCount;
        uint8 openedClasses;
        uint32 closingDate;
        uint32 lastRecordDate;
    }

    /// @param terms ABI encoding of `(TERMS_TYPEHASH, DealTerms)`, as hashed and stored.
    event DealCreated(DealId indexed deal, FilingId indexed filing, bytes32 termsHash, bytes terms);
    /// @param note The zero address for a retained class, which has none.
    event ClassOpened(DealId indexed deal, uint8 indexed classIndex, address note);
    event DealPriced(DealId indexed deal, Pricing pricing);
    event Issued(
        DealId indexed deal,
        uint8 indexed classIndex,
        bytes32 indexed operationRef,
        PartyId issuer,
        uint256 units,
        uint256 amountMinor
    );
    event IssuanceEnded(DealId indexed deal);
    event RecordDateDeclared(DealId indexed deal, uint32 indexed recordDate, uint24 recordDateId, uint40 closesAt);

    /// @notice Thrown when no deal has this id.
    error DealRegistry_UnknownDeal(DealId deal);
    /// @notice Thrown when a filing has its deal already.
    error DealRegistry_DealExists(DealId deal);
    /// @notice Thrown when terms hash to something other than what was filed.
    error DealRegistry_TermsNotFiled(bytes32 filed, bytes32 given);
    /// @notice Thrown when the filing of a deal has a newer version than the deal was created from.
    error DealRegistry_Superseded(DealId deal, uint16 version, uint16 currentVersion);
    /// @notice Thrown when terms contradict themselves or their filing.
    /// @param field Name of the first offending field.
    /// @param classIndex Class or step it belongs to; 0 for a field of the deal.
    error DealRegistry_BadTerms(string field, uint256 classIndex);
    /// @notice Thrown when the caller's party is not the issuer that the terms name.
    error DealRegistry_NotIssuer(PartyId party, PartyId issuer);
    /// @notice Thrown when a deal was priced before, or its terms left nothing open.
    error DealRegistry_AlreadyPriced(DealId deal);
    /// @notice Thrown when pricing or a cancellation is tried in a state of the filing that does not allow it.
    error DealRegistry_FilingNotRecorded(DealId deal, FilingState state);
    /// @notice Thrown when a price lies outside its filed bounds, or does not divide into units.
    error DealRegistry_PriceOutsideBounds(
        string field,
        uint256 classIndex,
        uint256 lowest,
        uint256 highest,
        uint256 given
    );
    /// @notice Thrown when pricing does not name each class once.
    error DealRegistry_PricingLength(uint256 given, uint256 classCount);
    /// @notice Thrown for an opening of no class, or of more than are left to open.
    error DealRegistry_OpeningCount(DealId deal, uint256 count, uint256 left);
    /// @notice Thrown when an opening would make more notes than fit into one transaction.
    /// @param classIndex First class that would have to wait for another opening.
    error DealRegistry_TooManyNotes(DealId deal, uint8 classIndex, uint256 limit);
    /// @notice Thrown when something needs every class of a deal and some are not open yet.
    error DealRegistry_ClassesNotOpened(DealId deal, uint8 openedClasses, uint8 classCount);
    /// @notice Thrown when a class does not exist or is retained.
    error DealRegistry_ClassNotTokenised(DealId deal, uint256 classIndex);
    /// @notice Thrown when an issuance would pass the priced balance of its class.
    error DealRegistry_BalanceExceeded(
        DealId deal,
        uint256 classIndex,
        uint256 originalBalanceMinor,
        uint256 issuedMinor,
        uint256 requestedMinor
    );
    /// @notice Thrown when this issuer used this reference for an issuance before.
    error DealRegistry_DuplicateOperation(PartyId issuer, bytes32 operationRef);
    /// @notice Thrown for an empty list of allocations or one above `MAX_ALLOCATIONS`.
    error DealRegistry_AllocationCount(uint256 count, uint256 limit);
    /// @notice Thrown when a number is not a civil date yyyymmdd, or a record date comes after legal final maturity.
    error DealRegistry_BadDate(uint32 date);
    /// @notice Thrown when a record date does not come after the last one of its deal.
    error DealRegistry_RecordDateOrder(DealId deal, uint32 lastRecordDate, uint32 recordDate);
    /// @notice Thrown when units are to be issued after payments to holders began, since every unit shares in each of them, or
    /// after completion of issuance was reported.
    error DealRegistry_IssuanceEnded(DealId deal);
    /// @notice Thrown when payments are to begin for a deal of which nothing was issued.
    error DealRegistry_NotOutstanding(DealId deal);
    /// @notice Thrown when units are to be cancelled of a class that still has principal or interest to pay, or that takes
    /// what is left while another class has.
    error DealRegistry_NotRedeemed(DealId deal, uint8 classIndex);
    /// @notice Thrown when a filing is to be closed while units of a class are left.
    error DealRegistry_UnitsLeft(DealId deal, uint8 classIndex, uint256 units);
    /// @notice Thrown when the caller is not the distributor.
    error DealRegistry_NotDistributor(address caller);
    /// @notice Thrown when the caller is not the filing registry.
    error DealRegistry_NotFilingRegistry(address caller);

    /// @notice Creates the deal of a filing, whose classes are opened afterwards. The terms must hash to what was filed.
    /// A deal that leaves nothing open is priced at once.
    /// @custom:access the ISSUER that the terms name
    function create(FilingId filing, DealTerms calldata terms) external returns (DealId deal);

    /// @notice Opens the next classes of a deal, in the order of its terms, and makes the note of each tokenised one.
    /// @param count How many classes. Retained ones count too; at most `MAX_NOTES_PER_OPENING` of them may be tokenised.
    /// @custom:access ISSUER of the deal
    function openClasses(DealId deal, uint8 count) external;

    /// @notice Fills the fields that were open at pricing, once, inside their bounds. Needs the issuer and the trustee.
    /// @custom:access ISSUER and TRUSTEE of the deal, one call each
    function price(DealId deal, Pricing calldata pricing) external;

    /// @notice Issues units of a class to accounts, all or none, and consumes headroom of the filing (R-F1, R-F3).
    /// @param operationRef The issuer's reference, key of the record of this issuance.
    /// @custom:access ISSUER of the deal
    function issue(
        DealId deal,
        uint8 classIndex,
        INote.Allocation[] calldata allocations,
        bytes32 operationRef
    ) external;

    /// @notice Declares a record date for all classes: the last second of a civil day in the deal's time zone.
    /// @return recordDateId Number of the date in the note of every class.
    /// @return closesAt Last second of the date, which may have passed.
    /// @custom:access PAYING_AGENT of the deal, or the distributor for a payment cycle
    function declareRecordDate(DealId deal, uint32 recordDate) external returns (uint24 recordDateId, uint40 closesAt);

    /// @notice Ends issuance of a deal for good, because payments to its holders begin.
    /// @custom:access the distributor
    function endIssuance(DealId deal) external;

    /// @notice Hands the state of a filing to the notes of its current version's deal, in the same transaction.
    /// @custom:access the filing registry
    function followFiling(
        FilingId filing,
        uint16 version,
        bytes32 termsHash,
        FilingState state,
        uint40 suspendedUntil
    ) external;

    /// @notice Cancels all units of accounts in a class that is redeemed. What was posted before is paid all the same, since
    /// record dates keep who held it.
    /// @custom:access anybody; for the class that takes the residual the PAYING_AGENT of the deal, who knows that nothing more
    /// will be left
    function cancel(DealId deal, uint8 classIndex, address[] calldata accounts) external;

    /// @notice Ends the deal of a filing's current version, of whose notes no unit may be left.
    /// @custom:access the filing registry
    function close(FilingId filing) external;

    /// @dev The views below revert with `DealRegistry_UnknownDeal`.
    function dealOf(DealId deal) external view returns (Deal memory);

    /// @notice The terms as stored, that is as filed.
    function termsOf(DealId deal) external view returns (DealTerms memory);

    /// @notice Closing date, original balances and rates as priced; zero where the deal is not priced yet.
    function pricingOf(DealId deal) external view returns (Pricing memory);

    /// @notice The note of a class; the zero address for a retained class and for one that is not open yet.
    function noteOf(DealId deal, uint8 classIndex) external view returns (INote);

    /// @notice The deal of a filing's current version, or zero.
    function dealOfFiling(FilingId filing) external view returns (DealId);

    /// @notice Whether an issuer's reference stands for an issuance.
    function isIssued(PartyId issuer, bytes32 operationRef) external view returns (bool);

    /// @notice The hash under which terms are filed.
    function termsHashOf(DealTerms calldata terms) external pure returns (bytes32);
}
