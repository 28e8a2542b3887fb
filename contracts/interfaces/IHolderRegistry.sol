// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {AccountWord} from "../types/AccountWord.sol";
import {PartyId} from "../types/Ids.sol";
import {Licences} from "../types/Licences.sol";
import {INote} from "./INote.sol";
import {IStoppable} from "./IStoppable.sol";

/// @notice Result of looking through a holder to its owners. Only `NoMainlandOwner` may receive notes (R-H3).
enum LookThrough {
    Unresolved,
    NoMainlandOwner,
    MainlandOwner,
    MainlandControlled
}

/// @notice Investor category of a holder at its place of sale (R-H4). Values above the last are refused.
enum InvestorCategory {
    None,
    HongKongInstitutional,
    HongKongCorporate,
    HongKongIndividual,
    SingaporeInstitutional,
    SingaporeAccredited,
    OtherInstitutional
}

/// @notice A custodian's licence; the zero value is a party that was never licensed.
/// @param licensedUntil Last second of the licence.
/// @param stoppedUntil The custodian neither registers nor moves before this second has passed.
struct Custodian {
    uint40 licensedUntil;
    uint40 stoppedUntil;
}

/// @notice The one authority on who may hold. Custodians register their clients' accounts; expiry, a stop or a lapsed
/// licence acts at once, with no sweep.
interface IHolderRegistry is IStoppable {
    /// @notice Facts a transfer is judged by: two accounts, and the licences of their custodians and of the operator.
    struct TransferFacts {
        AccountWord from;
        AccountWord to;
        Licences licences;
    }

    /// @notice A client's account and the reference under which its custodian knows it.
    /// @param facts What the custodian states of the account: its word without custodian, self-kept flag and stop.
    /// @param evidenceCommitment Salted commitment to the certification kept off the ledger.
    struct Registration {
        bytes32 accountRef;
        AccountWord facts;
        bytes32 evidenceCommitment;
    }

    /// @param parentComplianceRef Reference of the parent's compliance, where the custodian is a subsidiary of a domestic
    /// financial institution; zero where it is not (R-H7).
    event CustodianLicensed(
        PartyId indexed custodian,
        uint40 licensedUntil,
        bytes32 parentComplianceRef,
        bytes32 evidenceHash
    );
    /// @notice The licence ended with the party's role.
    event LicenceEnded(PartyId indexed custodian, uint40 licensedUntil);
    event CustodianStopped(PartyId indexed custodian, PartyId indexed by, bytes32 indexed orderId, uint40 until);
    event CustodianStopLifted(PartyId indexed custodian, bytes32 indexed orderId);
    /// @param accountRef The custodian's reference; zero for a self-kept account.
    /// @param word The account as it stands from now on; names its custodian too.
    event AccountRegistered(address indexed account, bytes32 accountRef, AccountWord word, bytes32 evidenceCommitment);
    /// @notice A batch of custodial accounts, in one event so that many cost little. Each has the address
    /// `custodialAccountOf(custodian, accountRef)`, and its word is the facts with the custodian.
    event AccountsRegistered(PartyId indexed custodian, Registration[] registrations);
    /// @param evidenceCommitment Zero where no custodian stated the word, but a join closed the account.
    event AccountUpdated(address indexed account, AccountWord word, bytes32 evidenceCommitment);
    /// @notice Two rings of accounts became the accounts of one holder.
    /// @param accounts Accounts that took over the sibling's holder reference.
    event AccountsJoined(address indexed sibling, bytes16 indexed holderRef, address[] accounts);
    event AccountsReassigned(
        PartyId indexed from,
        PartyId indexed to,
        bytes32 indexed operationRef,
        address[] accounts
    );
    event AccountStopped(address indexed account, PartyId indexed by, bytes32 indexed orderId, uint40 until);
    event AccountStopLifted(address indexed account, bytes32 indexed orderId);

    /// @notice Thrown when stated facts name a custodian, a stop or who keeps the key, or a flag, category or look-through
    /// result that has no name.
    error HolderRegistry_FactsMalformed(AccountWord facts);
    /// @notice Thrown for residence `CN`, whatever else is configured (R-H2).
    error HolderRegistry_Onshore();
    /// @notice Thrown for a residence that is not two capital letters.
    error HolderRegistry_ResidenceMalformed(bytes2 residence);
    /// @notice Thrown for a residence that is not on the allow-list, an unassigned code for instance.
    error HolderRegistry_ResidenceNotAllowed(bytes2 residence);
    /// @notice Thrown when look-through has a result other than `NoMainlandOwner` at registration.
    error HolderRegistry_LookThroughFailed(LookThrough lookThrough);
    /// @notice Thrown when a new account is that of a US person (R-T3).
    error HolderRegistry_UsPerson();
    /// @notice Thrown when a new account has no investor category.
    error HolderRegistry_CategoryMissing();
    /// @notice Thrown when eligibility of a new account has already run out.
    error HolderRegistry_EligibilityPast(uint40 eligibleUntil);
    /// @notice Thrown when a holder reference, an account reference or a commitment is zero.
    error HolderRegistry_ReferenceMissing();
    /// @notice Thrown when an account is registered already.
    error HolderRegistry_AlreadyRegistered(address account);
    /// @notice Thrown when an account is not registered.
    error HolderRegistry_UnknownAccount(address account);
    /// @notice Thrown when an update names another holder; units change hands by movements alone.
    error HolderRegistry_HolderChanged(address account);
    /// @notice Thrown when an account belongs to another custodian.
    error HolderRegistry_NotCustodianOf(address account, PartyId party);
    /// @notice Thrown when a custodian is stopped or its licence has lapsed.
    error HolderRegistry_CustodianInactive(PartyId custodian);
    /// @notice Thrown when a self-kept account did not prove its key, or has code.
    error HolderRegistry_KeyNotProven(address account);
    /// @notice Thrown when two accounts are of one holder already.
    error HolderRegistry_SameHolder(address account, address sibling);
    /// @notice Thrown when a holder would have more than `MAX_ACCOUNTS` accounts.
    error HolderRegistry_TooManyAccounts(uint256 count, uint256 limit);
    /// @notice Thrown when accounts would be reassigned to the custodian that has them.
    error HolderRegistry_SameCustodian(PartyId custodian);
    /// @notice Thrown when there would be more than `MAX_NOTES` live notes.
    error HolderRegistry_TooManyNotes(uint256 limit);
    /// @notice Thrown when the caller is not the deal registry.
    error HolderRegistry_NotDealRegistry(address caller);
    /// @notice Thrown when the caller is not the registry of parties.
    error HolderRegistry_NotParties(address caller);
    /// @notice Thrown for an empty batch or one above `MAX_BATCH`.
    error HolderRegistry_BatchSize(uint256 size, uint256 limit);

    /// @notice Records, renews or ends the licence of a custodian (R-H7). The licence is all that a movement asks; it ends with
    /// the role, and ending one needs none.
    /// @param parentComplianceRef Reference of the parent's compliance, zero unless the custodian is a subsidiary of a
    /// domestic financial institution.
    /// @custom:access REGISTRAR
    function license(
        PartyId custodian,
        uint40 licensedUntil,
        bytes32 parentComplianceRef,
        bytes32 evidenceHash
    ) external;

    /// @notice Ends the licence of a party that lost the role of custodian. Nothing happens where none stands.
    /// @custom:access the registry of parties
    function endLicence(PartyId custodian) external;

    /// @notice Forgets which custodian a key belongs to, because it was removed.
    /// @custom:access the registry of parties
    function forgetKey(address key) external;

    /// @notice Adds a note to those that are told of every change. One that is among them stays.
    /// @custom:access the deal registry
    function admitNote(INote note) external;

    /// @notice Removes a note that has no units left. Nothing happens to one that is not among them.
    /// @custom:access the deal registry
    function dismissNote(INote note) external;

    /// @notice Registers an account of the calling custodian. Nobody has a key of such an account: its address is
    /// `custodialAccountOf(custodian, accountRef)`.
    /// @custom:access an active CUSTODIAN
    function registerAccount(Registration calldata registration) external;

    /// @notice As `registerAccount` for many accounts, all or none, told by one event.
    /// @custom:access an active CUSTODIAN
    function registerAccounts(Registration[] calldata registrations) external;

    /// @notice Registers an account whose holder keeps the key and proves it by an EIP-712 signature over
    /// `KeyProof(address account,uint16 custodian,bytes16 holderRef)`.
    /// @custom:access an active CUSTODIAN
    function registerSelfKept(
        address account,
        AccountWord facts,
        bytes32 evidenceCommitment,
        bytes calldata signature
    ) external;

    /// @notice Replaces the facts of an account: renewal, downgrade, or a result that makes it exit-only. The holder stays, and
    /// what is said of the holder reaches all its accounts at once. Those with the same custodian take all of it, save for
    /// the flags of the single account (omnibus, free delivery). Of those with other custodians only what closes them is
    /// written: a look-through result that fails, no category, a US person, an earlier end of eligibility; and a residence
    /// that changed, which also ends eligibility until their own custodian updates them. So a custodian's word can close
    /// another custodian's account, and never open it. An omnibus account stays one, whatever is stated (R-H8).
    /// @custom:access the account's custodian, while active
    function updateAccount(address account, AccountWord facts, bytes32 evidenceCommitment) external;

    /// @notice Says that two accounts are of one holder, with all that are so already. All of them then carry the holder
    /// reference of the sibling. Facts stay as each custodian stated them, but for what keeps a holder from receiving whatever
    /// the class: a failed look-through, no category and a US person on either side hold against the accounts of the other.
    /// @custom:access REGISTRAR, who matches holders in the vault, or the active custodian of all accounts of both
    function join(address account, address sibling) external;

    /// @notice Hands accounts of one custodian to another that is active; addresses and units stay. It is decided by three
    /// parties under an order, or agreed by both custodians, of which the one that has the accounts may be stopped or
    /// without licence.
    /// @param operationRef Reference of the order or agreement; makes this call distinct from an earlier equal one.
    /// @custom:access REGISTRAR or REGULATOR as first, then two APPROVERs; or both custodians, one call each
    function reassign(address[] calldata accounts, PartyId custodian, bytes32 operationRef) external;

    /// @notice Stops every account of an account's holder by the same order, at once and by one key. Keeping stopped and
    /// lifting are decided account by account.
    /// @custom:access REGISTRAR or REGULATOR
    function stopHolder(address account, bytes32 orderId, uint40 until) external;

    /// @notice Stops an account at once until a time, by one key.
    /// @custom:access REGISTRAR or REGULATOR
    function stopAccount(address account, bytes32 orderId, uint40 until) external;

    /// @notice Keeps an account stopped until a later time than it is. Needs three parties.
    /// @custom:access REGISTRAR or REGULATOR as first, then two APPROVERs
    function keepAccountStopped(address account, bytes32 orderId, uint40 until) external;

    /// @notice Lifts the stop of an account. Needs three parties.
    /// @param orderId Order of the stop that stands.
    /// @custom:access REGISTRAR or REGULATOR as first, then two APPROVERs
    function liftAccount(address account, bytes32 orderId) external;

    /// @notice Stops a custodian at once until a time, by one key: it neither registers nor moves, its clients receive
    /// nothing.
    /// @custom:access REGISTRAR or REGULATOR
    function stopCustodian(PartyId custodian, bytes32 orderId, uint40 until) external;

    /// @notice Keeps a custodian stopped until a later time than it is. Needs three parties.
    /// @custom:access REGISTRAR or REGULATOR as first, then two APPROVERs
    function keepCustodianStopped(PartyId custodian, bytes32 orderId, uint40 until) external;

    /// @notice Lifts the stop of a custodian. Needs three parties.
    /// @param orderId Order of the stop that stands.
    /// @custom:access REGISTRAR or REGULATOR as first, then two APPROVERs
    function liftCustodian(PartyId custodian, bytes32 orderId) external;

    /// @notice Everything the rules ask about two accounts and the key that moves, in one call.
    function factsOf(address from, address to, address operatorKey) external view returns (TransferFacts memory);

    /// @notice What is known of an account; zero when it is not registered.
    function accountOf(address account) external view returns (AccountWord);

    /// @notice All accounts of an account's holder, that account first.
    /// @dev Reverts with `HolderRegistry_UnknownAccount`.
    function accountsOf(address account) external view returns (address[] memory);

    /// @notice Whether a note is told of changes: it was admitted and not dismissed.
    function isLive(INote note) external view returns (bool);

    /// @notice Where money of each account goes, in one call. An account is payable unless it or its custodian is stopped or
    /// the custodian's licence has lapsed; lapsed eligibility keeps it from receiving units, not from its money.
    /// @return payees One word per account: 2 when it is self-kept, 4 when it is omnibus, 1 when it is payable, plus its
    /// custodian << 3.
    function payeesOf(address[] calldata accounts) external view returns (uint256[] memory payees);

    /// @notice The licence of a custodian.
    function custodianOf(PartyId custodian) external view returns (Custodian memory);

    /// @notice Whether a key may be given an allowance: it belongs to an active custodian.
    function isRegisteredSpender(address key) external view returns (bool);

    /// @notice The address of a custodial account. It is derived, so nobody can have its key or put code there.
    function custodialAccountOf(PartyId custodian, bytes32 accountRef) external view returns (address);

    /// @notice Whether a residence is on the allow-list; `CN` never is.
    function isResidenceAllowed(bytes2 residence) external view returns (bool);
}
