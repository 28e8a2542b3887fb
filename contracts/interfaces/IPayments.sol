// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {DealId, PartyId} from "../types/Ids.sol";

/// @notice Pays posted distributions in deposits: one transfer per custodian and batch to its cash account, one event per
/// holder. Money that cannot be paid stays here under the account's name and is never given to anybody else.
/// @dev An account's share of a class is `floor(units at the record date × what the class shares ÷ all units)`, so equal
/// units get equal cash. What cannot be divided is carried to the class's next distribution once every holder is credited.
/// A credit is a payment or a hold; each account is credited once per deal, period and class.
interface IPayments {
    /// @notice Where the payment of a class stands.
    /// @param creditedMinor Paid and held so far.
    /// @param creditedUnits Units whose holders were credited; all units when the class is done.
    struct Tally {
        uint128 creditedMinor;
        uint64 creditedUnits;
    }

    event DepositAdmitted(bytes3 indexed currency, IERC20 indexed deposit);
    event Instructed(PartyId indexed party, bytes3 indexed currency, address cashAccount);
    event Funded(DealId indexed deal, uint16 indexed period, IERC20 deposit, address from, uint256 amountMinor);
    /// @notice A class of a period can be paid. Its other events name it by `payment` alone.
    /// @param payment `keccak256(abi.encode(deal, period, classIndex))`.
    event PaymentOpened(
        bytes32 indexed payment,
        DealId indexed deal,
        uint16 period,
        uint8 classIndex,
        uint256 amountMinor
    );
    event Paid(bytes32 indexed payment, address indexed account, uint256 amountMinor);
    event Held(bytes32 indexed payment, address indexed account, uint256 amountMinor);
    event Released(bytes32 indexed payment, address indexed account, uint256 amountMinor);
    /// @notice The deposit did not move, or the custodian has no standing instruction: the account was not paid, what was held
    /// for it stays held, and it can be tried again.
    event Unpaid(bytes32 indexed payment, address indexed account, uint256 amountMinor);
    /// @notice One deposit transfer of a batch, for all accounts of a custodian.
    event CustodianPaid(bytes32 indexed payment, PartyId indexed custodian, address cashAccount, uint256 amountMinor);
    event FeePaid(
        DealId indexed deal,
        PartyId indexed payee,
        uint16 period,
        uint256 line,
        address cashAccount,
        uint256 amountMinor
    );
    event RetainedPaid(
        DealId indexed deal,
        PartyId indexed issuer,
        uint16 period,
        uint8 classIndex,
        address cashAccount,
        uint256 amountMinor
    );

    /// @notice Thrown when no deposit of a currency was admitted.
    error Payments_NoDeposit(bytes3 currency);
    /// @notice Thrown when a deposit, a currency or a cash account is missing.
    error Payments_AddressMissing();
    /// @notice Thrown when a standing instruction is opened by somebody other than the party it pays.
    error Payments_NotInstructor(PartyId party, PartyId caller);
    /// @notice Thrown when a party has no standing instruction for a currency.
    error Payments_NoInstruction(PartyId party, bytes3 currency);
    /// @notice Thrown when a period has its funds already.
    error Payments_AlreadyFunded(DealId deal, uint16 period);
    /// @notice Thrown when the funds offered, or those that arrived, are not the total that was posted.
    error Payments_FundingDiffers(DealId deal, uint16 period, uint256 postedMinor, uint256 givenMinor);
    /// @notice Thrown when a period is to be paid that has no funds.
    error Payments_NotFunded(DealId deal, uint16 period);
    /// @notice Thrown for an empty batch or one above `MAX_BATCH`.
    error Payments_BatchSize(uint256 size, uint256 limit);
    /// @notice Thrown when a batch is sent with so little gas that a payment could fail for want of it.
    error Payments_GasTooLow(uint256 gasLeft, uint256 needed);
    /// @notice Thrown when a class has no note, so that its money goes by `payRetained`.
    error Payments_NotTokenised(DealId deal, uint8 classIndex);
    /// @notice Thrown when a class has a note, so that its money goes by `pay`.
    error Payments_NotRetained(DealId deal, uint8 classIndex);
    /// @notice Thrown when a line is no fee, or the posting given is not the posted one.
    error Payments_NotFeeLine(DealId deal, uint16 period, uint256 line);
    /// @notice Thrown when a fee line or a retained class was paid before.
    error Payments_AlreadyPaid(DealId deal, uint16 period, uint256 index);
    /// @notice Thrown when payments wait because the filing is suspended.
    error Payments_FilingSuspended(DealId deal);
    /// @notice Thrown when a deposit transfer to a single payee fails.
    error Payments_TransferFailed(address cashAccount, uint256 amountMinor);

    /// @notice Admits the deposit in which a currency is paid, or another one for later periods. Its transfers move exactly
    /// the amount named and answer true. Needs three parties.
    /// @custom:access REGISTRAR or REGULATOR as first, then two APPROVERs
    function admitDeposit(bytes3 currency, IERC20 deposit, bytes32 operationRef) external;

    /// @notice Records where a party is paid in a currency: a custodian for its clients, an issuer for retained classes, the
    /// payee of a fee. Takes effect when another party approves.
    /// @custom:access the party itself, then an APPROVER that is another party
    function instruct(PartyId party, bytes3 currency, address cashAccount, bytes32 operationRef) external;

    /// @notice Takes the total of a posted period from the caller, who has given this contract an allowance for it.
    /// @param amountMinor What the caller means to pay; must be the total.
    /// @custom:access PAYING_AGENT of the deal
    function fund(DealId deal, uint16 period, uint256 amountMinor) external;

    /// @notice Pays accounts their share of a class. Accounts credited before are passed over, and one that cannot be paid
    /// stops no other. While the account, its custodian or the filing is stopped, or an omnibus
    /// account lacks its statement of the record date, its share is held instead.
    /// @custom:access PAYING_AGENT of the deal
    function pay(DealId deal, uint16 period, uint8 classIndex, address[] calldata accounts) external;

    /// @notice Pays what was held for accounts that are stopped no longer, and whose statement is made; others keep waiting.
    /// @custom:access PAYING_AGENT of the deal
    function release(DealId deal, uint16 period, uint8 classIndex, address[] calldata accounts) external;

    /// @notice Pays one fee line to the payee that the terms name.
    /// @param line Index of the line.
    /// @param posted `abi.encode(deal, posting)` as the parties sent it; the ledger keeps its hash.
    /// @custom:access PAYING_AGENT of the deal
    function payFee(DealId deal, uint16 period, uint256 line, bytes calldata posted) external;

    /// @notice Pays what a retained class shares to the issuer, who keeps it outside the register.
    /// @custom:access PAYING_AGENT of the deal
    function payRetained(DealId deal, uint16 period, uint8 classIndex) external;

    /// @notice An account's share of a class in a posted period, in minor units.
    function entitlementOf(
        DealId deal,
        uint16 period,
        uint8 classIndex,
        address account
    ) external view returns (uint256 amountMinor);

    /// @notice Whether an account was credited, and what of it is held.
    function creditOf(
        DealId deal,
        uint16 period,
        uint8 classIndex,
        address account
    ) external view returns (bool isCredited, uint256 heldMinor);

    /// @notice Where the payment of a class stands.
    function tallyOf(DealId deal, uint16 period, uint8 classIndex) external view returns (Tally memory);

    /// @notice The deposit that funds a period; the zero address before it has funds.
    function fundsOf(DealId deal, uint16 period) external view returns (IERC20);

    /// @notice The deposit admitted for a currency.
    function depositOf(bytes3 currency) external view returns (IERC20);

    /// @notice Where a party is paid in a currency.
    function cashAccountOf(PartyId party, bytes3 currency) external view returns (address);
}
