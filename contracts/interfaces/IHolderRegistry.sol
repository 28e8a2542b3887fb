// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {AccountWord} from "../types/AccountWord.sol";
import {PartyId} from "../types/Ids.sol";
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
    /// @notice Facts a transfer is judged by.
    /// @param fromLicensedUntil Last second of the licence of the sender's custodian; 0 while that custodian is stopped.
    /// @param toLicensedUntil The same of the receiver's custodian.
    /// @param operator Party of the key that moves, or nobody; also nobody where the key moves its own account.
    /// @param operatorLicensedUntil The same of that party; 0 when it is no custodian.
    struct TransferFacts {
        AccountWord from;
        AccountWord to;
        uint40 fromLicensedUntil;
        uint40 toLicensedUntil;
        PartyId operator;
        uint40 operatorLicensedUntil;
    }

    /// @notice A client's account and the reference under which its custodian knows it.
    /// @param facts What the custodian states of the account: its word without custodian, self-kept flag and stop.
    /// @param evidenceCommitment Salted commitment to the certification kept off the ledger.
    struct Registration {
        bytes32 accountRef;
        AccountWord facts;
        bytes32 evidenceCommitment;
    }

    event CustodianLicensed(PartyId indexed custodian, uint40 licensedUntil, bytes32 evidenceHash);
    event CustodianStopped(PartyId indexed custodian, PartyId indexed by, bytes32 indexed orderId, uint40 until);
    event CustodianStopLifted(PartyId indexed custodian, bytes32 indexed orderId);
    /// @param accountRef The custodian's reference; zero for a self-kept account.
    /// @param word The account as it stands from now on; names its custodian too.
    event AccountRegistered(address indexed account, bytes32 accountRef, AccountWord word, bytes32 evidenceCommitment);
    event AccountUpdated(address indexed account, AccountWord word, bytes32 evidenceCommitment);
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
    /// @notice Thrown for an empty batch or one above `MAX_BATCH`.
    error HolderRegistry_BatchSize(uint256 size, uint256 limit);

    /// @notice Records, renews or ends the licence of a custodian (R-H7). The licence, not the role, is what a movement asks:
    /// a party that loses the role must lose its licence too, and may do so without the role.
    /// @custom:access REGISTRAR
    function license(PartyId custodian, uint40 licensedUntil, bytes32 evidenceHash) external;

    /// @notice Registers accounts of the calling custodian, all or none. Nobody has a key of such an account: its address
    /// is `custodialAccountOf(custodian, accountRef)`.
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

    /// @notice Replaces the facts of an account: renewal, downgrade, or a result that makes it exit-only. The holder stays.
    /// @custom:access the account's custodian, while active
    function updateAccount(address account, AccountWord facts, bytes32 evidenceCommitment) external;

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

    /// @notice All accounts of the holder of an account, itself among them; it alone when the account is not registered.
    function accountsOf(address account) external view returns (address[] memory);

    /// @notice What is known of an account; zero when it is not registered.
    function accountOf(address account) external view returns (AccountWord);

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
