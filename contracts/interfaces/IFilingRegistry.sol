// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {FilingId, PartyId} from "../types/Ids.sol";
import {IStoppable} from "./IStoppable.sol";

/// @notice Where a filing stands. Lapsed and Suspended come and Suspended goes by the clock. docs/filing-states.md says what
/// each state means and allows.
enum FilingState {
    None,
    Draft,
    Submitted,
    SupplementRequested,
    Attested,
    Recorded,
    IssuedReported,
    Suspended,
    Refused,
    Withdrawn,
    Lapsed,
    Revoked,
    Closed
}

/// @notice What may happen under a filing. Pledge: its assets back no other filing.
enum FilingPower {
    Issue,
    Transfer,
    Order,
    Pay,
    Redeem,
    Pledge
}

/// @notice Filings and the evidence that they were recorded. The only truth about "filed".
/// @dev Recorded means that two attesters signed equal evidence of publication. It does not prove that any authority
/// acted, and the ledger never says so (R-F11).
interface IFilingRegistry is IStoppable {
    /// @notice What a filing entity files.
    /// @param bundleHash SHA-256 of the canonical manifest of the document bundle (R-F5).
    /// @param termsHash `keccak256(abi.encode(TERMS_TYPEHASH, terms))` of the deal's terms.
    /// @param capsMinor Most that may ever be issued, per class of the terms, in minor units of the deal's currency (R-F3).
    /// @param issuer Overseas issuer; never the filing entity (R-F7).
    /// @param windowOpensAt First second of the issuance window, block time.
    /// @param windowClosesAt Last second of the issuance window, block time.
    struct Submission {
        bytes32 bundleHash;
        bytes32 termsHash;
        uint128[] capsMinor;
        PartyId issuer;
        uint40 windowOpensAt;
        uint40 windowClosesAt;
    }

    /// @notice What an attester saw published.
    /// @param filingReference Reference as published; an opaque string.
    /// @param url Address of the published notice.
    /// @param pageHash SHA-256 of the captured page.
    /// @param capturedAt Block-time second of the capture.
    struct Evidence {
        string filingReference;
        string url;
        bytes32 pageHash;
        uint40 capturedAt;
    }

    /// @notice A filing as it stands.
    /// @param filingHash `keccak256(abi.encode(bundleHash, termsHash, capsMinor, filingEntity, issuer))`.
    /// @param version Counts drafts from 1; a new version voids whatever was assessed, submitted and attested of earlier ones.
    struct Filing {
        bytes32 filingHash;
        bytes32 bundleHash;
        bytes32 termsHash;
        bytes32 evidenceHash;
        PartyId filingEntity;
        PartyId issuer;
        uint16 version;
        FilingState state;
        uint40 windowOpensAt;
        uint40 windowClosesAt;
        uint40 suspendedUntil;
        uint128[] capsMinor;
    }

    event FilingDrafted(
        FilingId indexed filing,
        PartyId indexed filingEntity,
        PartyId indexed issuer,
        uint16 version,
        bytes32 filingRef,
        bytes32 filingHash,
        bytes32 bundleHash,
        bytes32 termsHash,
        uint128[] capsMinor,
        uint40 windowOpensAt,
        uint40 windowClosesAt
    );
    /// @param by The registrar who countersigned.
    event FilingSubmitted(FilingId indexed filing, PartyId indexed by, uint16 version, bytes32 receiptHash);
    event FilingSupplementRequested(FilingId indexed filing, PartyId indexed by, uint16 version, bytes32 requestHash);
    event FilingAttested(
        FilingId indexed filing,
        PartyId indexed attester,
        uint16 version,
        bytes32 evidenceHash,
        Evidence evidence
    );
    event FilingRecorded(FilingId indexed filing, uint16 version, bytes32 filingHash, bytes32 evidenceHash);
    event FilingRefused(FilingId indexed filing, PartyId indexed by, bytes32 noticeHash);
    event FilingWithdrawn(FilingId indexed filing, PartyId indexed by, bytes32 reasonHash);
    event FilingLapsed(FilingId indexed filing);
    event FilingIssuedReported(FilingId indexed filing);
    event FilingSuspended(
        FilingId indexed filing,
        PartyId indexed by,
        bytes32 indexed orderId,
        uint40 until,
        bytes32 basisHash
    );
    event FilingSuspensionLifted(FilingId indexed filing, bytes32 indexed orderId, bytes32 basisHash);
    event FilingRevoked(FilingId indexed filing, bytes32 indexed orderId, bytes32 noticeHash);
    /// @param by The registrar who countersigned.
    event FilingClosed(FilingId indexed filing, PartyId indexed by, bytes32 finalReportHash);
    event HeadroomConsumed(
        FilingId indexed filing,
        uint256 indexed classIndex,
        uint256 amountMinor,
        uint256 issuedMinor
    );

    /// @notice Thrown when no filing has this id.
    error FilingRegistry_UnknownFiling(FilingId filing);
    /// @notice Thrown when this filing entity used this reference before.
    error FilingRegistry_AlreadyDrafted(FilingId filing);
    /// @notice Thrown when a filing's state does not admit the transition.
    error FilingRegistry_WrongState(FilingId filing, FilingState state);
    /// @notice Thrown when a call names another version of a filing than stands.
    error FilingRegistry_OtherVersion(FilingId filing, uint16 version);
    /// @notice Thrown when a filing entity acts on a filing of another one.
    error FilingRegistry_NotFilingEntity(FilingId filing, PartyId party);
    /// @notice Thrown when a registrar countersigns what the filing entity has not called for.
    error FilingRegistry_FilingEntityFirst(FilingId filing);
    /// @notice Thrown when the hash of a receipt, request, reason, notice or report is zero.
    error FilingRegistry_HashMissing();
    /// @notice Thrown when a hash, the caps or the window of a submission are empty or out of order.
    error FilingRegistry_BadSubmission();
    /// @notice Thrown when issuer and filing entity are one party, or the issuer lacks the role.
    error FilingRegistry_BadIssuer(PartyId issuer);
    /// @notice Thrown when a party may not attest: it is the filing's issuer, its filing entity, or a registrar.
    error FilingRegistry_ConflictedAttester(FilingId filing, PartyId party);
    /// @notice Thrown when an attestation names another version, bundle or terms than stand.
    error FilingRegistry_AttestationMismatch(FilingId filing, uint16 version);
    /// @notice Thrown when evidence lacks a reference, an address, a page hash or a capture time that has passed.
    error FilingRegistry_BadEvidence();
    /// @notice Thrown when an issuance would pass the cap of its class.
    error FilingRegistry_CapExceeded(
        FilingId filing,
        uint256 classIndex,
        uint256 capMinor,
        uint256 issuedMinor,
        uint256 requestedMinor
    );
    /// @notice Thrown when an issuance comes outside the issuance window.
    error FilingRegistry_OutsideWindow(FilingId filing, uint40 opensAt, uint40 closesAt);
    /// @notice Thrown when the caller is not the deal registry.
    error FilingRegistry_NotDealRegistry(address caller);
    /// @notice Thrown when the caller is not the register of disclosures.
    error FilingRegistry_NotDisclosures(address caller);

    /// @notice Opens a filing as a draft of version 1.
    /// @custom:access FILING_ENTITY
    function draft(bytes32 filingRef, Submission calldata submission) external returns (FilingId filing);

    /// @notice Replaces a filing that is not recorded yet by the draft of a new version, which is assessed, submitted and
    /// attested anew. Earlier versions stay on the ledger (R-F5).
    /// @custom:access the filing entity of the filing
    function supersede(FilingId filing, Submission calldata submission) external;

    /// @notice States that a version was handed in. Takes effect when a registrar countersigns the filing entity's call
    /// with an equal one. All checks must have passed, and the pool and its assets must be known (R-F6, R-A1).
    /// @param receiptHash SHA-256 of the receipt.
    /// @custom:access the filing entity of the filing, then a REGISTRAR
    function submit(FilingId filing, uint16 version, bytes32 receiptHash) external;

    /// @notice Notes that further material was asked for. Only a new version leads on.
    /// @param requestHash SHA-256 of the request.
    /// @custom:access REGISTRAR
    function requestSupplement(FilingId filing, bytes32 requestHash) external;

    /// @notice Attests that the filing was seen published. The first attestation moves the filing to Attested; an equal
    /// one by another party moves it to Recorded (R-F2). Unequal content and a second key of the same party are refused; so
    /// is a second attestation after the first attester lost its role. An attester takes a wrong first attestation back with
    /// `Approvals.withdraw`. Recording needs every required permit (R-F9) and the evidence of title (R-A2).
    /// @custom:access ATTESTER, neither issuer nor filing entity of the filing nor registrar
    function attest(
        FilingId filing,
        uint16 version,
        bytes32 bundleHash,
        bytes32 termsHash,
        Evidence calldata evidence
    ) external;

    /// @notice Ends a filing that was submitted and is not recorded yet, for good.
    /// @custom:access REGISTRAR
    function refuse(FilingId filing, bytes32 noticeHash) external;

    /// @notice Takes a filing that is not recorded yet back, for good.
    /// @custom:access the filing entity of the filing
    function withdraw(FilingId filing, bytes32 reasonHash) external;

    /// @notice Stores that a filing lapsed, which the clock alone has decided: its window closed before it was recorded.
    /// @custom:access anybody
    function lapse(FilingId filing) external;

    /// @notice Suspends a recorded filing at once until a time, by one key.
    /// @param orderId Order that asks for it; each order suspends once.
    /// @param until Block-time second at which the suspension ends by itself; at most `MAX_STOP_SECONDS` ahead.
    /// @custom:access REGISTRAR or REGULATOR
    function suspend(FilingId filing, bytes32 orderId, uint40 until, bytes32 basisHash) external;

    /// @notice Keeps a filing suspended until a later time than it is. Needs three parties.
    /// @custom:access REGISTRAR or REGULATOR as first, then two APPROVERs
    function keepSuspended(FilingId filing, bytes32 orderId, uint40 until, bytes32 basisHash) external;

    /// @notice Lifts a suspension. Needs three parties.
    /// @param orderId Order of the suspension that stands.
    /// @custom:access REGISTRAR or REGULATOR as first, then two APPROVERs
    function lift(FilingId filing, bytes32 orderId, bytes32 basisHash) external;

    /// @notice Revokes a recorded filing for good. Needs three parties.
    /// @custom:access REGISTRAR or REGULATOR as first, then two APPROVERs
    function revoke(FilingId filing, bytes32 orderId, bytes32 noticeHash) external;

    /// @notice Notes that completion of issuance was reported; from then nothing is issued (R-E1).
    /// @custom:access the register of disclosures
    function followReport(FilingId filing) external;

    /// @notice Ends a filing of whose notes no unit is left, for good. Takes effect when a registrar countersigns the filing
    /// entity's call with an equal one.
    /// @param finalReportHash SHA-256 of the final report.
    /// @custom:access the filing entity of the filing, then a REGISTRAR
    function close(FilingId filing, bytes32 finalReportHash) external;

    /// @notice Takes headroom of a class for an issuance; never returned.
    /// @dev Reverts unless the filing is recorded, not suspended, inside its window, and the cap suffices.
    /// @custom:access the deal registry
    function consume(FilingId filing, uint256 classIndex, uint256 amountMinor) external;

    /// @notice The filing as it stands now; its `state` counts what the clock has begun or ended.
    /// @dev Reverts with `FilingRegistry_UnknownFiling`.
    function filingOf(FilingId filing) external view returns (Filing memory);

    /// @notice The state alone of `filingOf`; None when nobody drafted it.
    function stateOf(FilingId filing) external view returns (FilingState);

    /// @notice Whether something may happen under a filing now.
    function allows(FilingId filing, FilingPower power) external view returns (bool);

    /// @notice The party of a key that must be the filing entity of a filing.
    /// @dev Reverts with `FilingRegistry_NotFilingEntity` or an error of `IParties`.
    function requireFilingEntity(FilingId filing, address key) external view returns (PartyId);

    /// @notice Refuses unless this version of a filing is the one that stands, and a draft.
    /// @dev Reverts with `FilingRegistry_OtherVersion` or `FilingRegistry_WrongState`.
    function requireDraft(FilingId filing, uint16 version) external view;

    /// @notice Refuses unless this version of a filing is the one that stands, and not recorded yet.
    /// @dev Reverts with `FilingRegistry_OtherVersion` or `FilingRegistry_WrongState`.
    function requireUnrecorded(FilingId filing, uint16 version) external view;

    /// @notice Money issued so far under a class's cap, in minor units.
    function issuedMinorOf(FilingId filing, uint256 classIndex) external view returns (uint256);

    /// @notice The hash that attesters attest: `keccak256(abi.encode(bundleHash, termsHash, capsMinor, filingEntity, issuer))`.
    function filingHashOf(
        bytes32 bundleHash,
        bytes32 termsHash,
        uint128[] calldata capsMinor,
        PartyId filingEntity,
        PartyId issuer
    ) external pure returns (bytes32);
}
