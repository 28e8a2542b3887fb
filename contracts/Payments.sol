// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {IApprovals} from "./interfaces/IApprovals.sol";
import {IDistributor} from "./interfaces/IDistributor.sol";
import {FilingState} from "./interfaces/IFilingRegistry.sol";
import {IHolderRegistry} from "./interfaces/IHolderRegistry.sol";
import {INote} from "./interfaces/INote.sol";
import {IPayments} from "./interfaces/IPayments.sol";
import {Roles} from "./libraries/Roles.sol";
import {StepKind, StepTerms} from "./types/DealTerms.sol";
import {DealId, PartyId} from "./types/Ids.sol";
import {Wired} from "./types/Wired.sol";
import {Wiring} from "./types/Wiring.sol";

/// @notice See `IPayments`.
/// @dev Every batch goes three times over its accounts: sort (who gets what, marked as credited), transfer (once per
/// custodian), conclude (an event each, and the mark taken back where the transfer failed).
contract Payments is IPayments, ReentrancyGuardTransient, Wired {
    using SafeERC20 for IERC20;

    /// @notice Most accounts of one batch.
    uint256 public constant MAX_BATCH = 200;

    /// @notice Gas that must be left at each deposit transfer. No deposit needs as much; with less, a caller could make a
    /// payment fail that would have succeeded.
    uint256 public constant GAS_FLOOR = 300_000;

    struct Fund {
        IERC20 deposit;
        bytes3 currency;
    }

    /// @param credited Bit k of word w: the account numbered 256·w + k in the note was paid or its share is held.
    struct ClassPayment {
        Tally tally;
        mapping(uint256 word => uint256) credited;
        mapping(address account => uint256) heldMinor;
    }

    /// @dev What a batch is about.
    struct Subject {
        DealId deal;
        uint16 period;
        uint8 classIndex;
        bool isRelease;
        bool isSuspended;
        INote note;
        uint24 recordDateId;
        uint256 amountMinor;
        uint256 units;
        Fund fund;
    }

    /// @dev A batch while it is worked on. Custodians are listed as they are met, each with the sum of its clients.
    /// @param groupOf Place of the account's custodian in the list, from 1; 0 for an account that is done with.
    /// @param custodians Nobody in place of a custodian whose transfer failed.
    struct Work {
        INote.Holding[] holdings;
        uint256[] amountsMinor;
        uint256[] groupOf;
        PartyId[] custodians;
        uint256[] sumsMinor;
        uint256 groups;
        uint256 creditedMinor;
        uint256 creditedUnits;
    }

    mapping(bytes3 currency => IERC20) private _deposits;
    mapping(PartyId => mapping(bytes3 currency => address)) private _cashAccounts;
    mapping(DealId => mapping(uint16 period => Fund)) private _funds;
    mapping(DealId => mapping(uint16 period => mapping(uint8 classIndex => ClassPayment))) private _payments;
    mapping(DealId => mapping(uint16 period => mapping(uint256 line => bool))) private _feesPaid;
    mapping(DealId => mapping(uint16 period => mapping(uint8 classIndex => bool))) private _retainedPaid;

    constructor(Wiring memory wiring_) Wired(wiring_) {}

    /// @inheritdoc IPayments
    function admitDeposit(bytes3 currency, IERC20 deposit, bytes32 operationRef) external {
        if (currency == 0 || address(deposit).code.length == 0) revert Payments_AddressMissing();
        bytes32 subject = keccak256(abi.encode("admitDeposit", currency, deposit, operationRef));
        if (!APPROVALS.decide(subject, msg.sender, 0)) return;
        _deposits[currency] = deposit;
        emit DepositAdmitted(currency, deposit);
    }

    /// @inheritdoc IPayments
    function instruct(PartyId party, bytes3 currency, address cashAccount, bytes32 operationRef) external {
        bool isComplete = currency != 0 && cashAccount != address(0) && cashAccount != address(this);
        if (!isComplete) revert Payments_AddressMissing();
        bytes32 subject = keccak256(abi.encode("instruct", party, currency, cashAccount, operationRef));
        PartyId by = PARTIES.partyOf(msg.sender);
        if (by.isNobody() || by != party) {
            (, PartyId[3] memory endorsers, , , ) = APPROVALS.endorsementsOf(address(this), subject);
            if (endorsers[0].isNobody()) revert Payments_NotInstructor(party, by);
            PARTIES.requireRole(msg.sender, Roles.APPROVER);
        }
        if (!APPROVALS.endorse(subject, subject, by, IApprovals.Quorum(2, 0))) return;
        _cashAccounts[party][currency] = cashAccount;
        emit Instructed(party, currency, cashAccount);
    }

    /// @inheritdoc IPayments
    function fund(DealId deal, uint16 period, uint256 amountMinor) external nonReentrant {
        PARTIES.requireDealRole(msg.sender, deal, Roles.PAYING_AGENT);
        (uint128 totalMinor, ) = DISTRIBUTOR.totalOf(deal, period);
        if (address(_funds[deal][period].deposit) != address(0)) revert Payments_AlreadyFunded(deal, period);
        if (amountMinor != totalMinor) revert Payments_FundingDiffers(deal, period, totalMinor, amountMinor);
        bytes3 currency = DEALS.termsOf(deal).currency;
        IERC20 deposit = _deposits[currency];
        if (address(deposit) == address(0)) revert Payments_NoDeposit(currency);
        _funds[deal][period] = Fund(deposit, currency);
        uint256 balanceMinor = deposit.balanceOf(address(this));
        deposit.safeTransferFrom(msg.sender, address(this), totalMinor);
        uint256 receivedMinor = deposit.balanceOf(address(this)) - balanceMinor;
        if (receivedMinor != totalMinor) revert Payments_FundingDiffers(deal, period, totalMinor, receivedMinor);
        emit Funded(deal, period, deposit, msg.sender, totalMinor);
    }

    /// @inheritdoc IPayments
    function pay(DealId deal, uint16 period, uint8 classIndex, address[] calldata accounts) external nonReentrant {
        _payBatch(_subjectOf(deal, period, classIndex, false), accounts);
    }

    /// @inheritdoc IPayments
    function release(DealId deal, uint16 period, uint8 classIndex, address[] calldata accounts) external nonReentrant {
        Subject memory subject = _subjectOf(deal, period, classIndex, true);
        if (subject.isSuspended) revert Payments_FilingSuspended(deal);
        _payBatch(subject, accounts);
    }

    /// @inheritdoc IPayments
    function payFee(DealId deal, IDistributor.Posting calldata posting, uint256 line) external nonReentrant {
        PARTIES.requireDealRole(msg.sender, deal, Roles.PAYING_AGENT);
        Fund memory funded = _requireFunded(deal, posting.period);
        _requireNotSuspended(deal);
        (, bytes32 digest) = DISTRIBUTOR.totalOf(deal, posting.period);
        PartyId payee = _payeeOfLine(deal, line);
        if (payee.isNobody() || keccak256(abi.encode(posting)) != digest) {
            revert Payments_NotFeeLine(deal, posting.period, line);
        }
        if (_feesPaid[deal][posting.period][line]) revert Payments_AlreadyPaid(deal, posting.period, line);
        _feesPaid[deal][posting.period][line] = true;
        uint256 amountMinor = posting.paidMinor[line];
        address cashAccount = _payParty(payee, funded, amountMinor);
        emit FeePaid(deal, payee, posting.period, line, cashAccount, amountMinor);
    }

    /// @inheritdoc IPayments
    function payRetained(DealId deal, uint16 period, uint8 classIndex) external nonReentrant {
        PARTIES.requireDealRole(msg.sender, deal, Roles.PAYING_AGENT);
        Fund memory funded = _requireFunded(deal, period);
        _requireNotSuspended(deal);
        if (address(DEALS.noteOf(deal, classIndex)) != address(0)) revert Payments_NotRetained(deal, classIndex);
        if (_retainedPaid[deal][period][classIndex]) revert Payments_AlreadyPaid(deal, period, classIndex);
        _retainedPaid[deal][period][classIndex] = true;
        (, uint128 amountMinor) = DISTRIBUTOR.payableOf(deal, period, classIndex);
        PartyId issuer = DEALS.dealOf(deal).issuer;
        address cashAccount = _payParty(issuer, funded, amountMinor);
        emit RetainedPaid(deal, issuer, period, classIndex, cashAccount, amountMinor);
    }

    /// @inheritdoc IPayments
    function entitlementOf(
        DealId deal,
        uint16 period,
        uint8 classIndex,
        address account
    ) external view returns (uint256) {
        (uint24 recordDateId, uint128 amountMinor) = DISTRIBUTOR.payableOf(deal, period, classIndex);
        INote note = _noteOf(deal, classIndex);
        return _shareOf(note.unitsAt(account, recordDateId), amountMinor, note.unitsAt(address(0), recordDateId));
    }

    /// @inheritdoc IPayments
    function creditOf(
        DealId deal,
        uint16 period,
        uint8 classIndex,
        address account
    ) external view returns (bool isCredited, uint256 heldMinor) {
        (uint24 recordDateId, ) = DISTRIBUTOR.payableOf(deal, period, classIndex);
        address[] memory accounts = new address[](1);
        accounts[0] = account;
        uint256 index = _noteOf(deal, classIndex).holdingsAt(accounts, recordDateId)[0].index;
        ClassPayment storage payment = _payments[deal][period][classIndex];
        isCredited = (payment.credited[index >> 8] >> (index & 255)) & 1 == 1;
        heldMinor = payment.heldMinor[account];
    }

    /// @inheritdoc IPayments
    function tallyOf(DealId deal, uint16 period, uint8 classIndex) external view returns (Tally memory) {
        return _payments[deal][period][classIndex].tally;
    }

    /// @inheritdoc IPayments
    function fundsOf(DealId deal, uint16 period) external view returns (IERC20) {
        return _funds[deal][period].deposit;
    }

    /// @inheritdoc IPayments
    function depositOf(bytes3 currency) external view returns (IERC20) {
        return _deposits[currency];
    }

    /// @inheritdoc IPayments
    function cashAccountOf(PartyId party, bytes3 currency) external view returns (address) {
        return _cashAccounts[party][currency];
    }

    function _payBatch(Subject memory subject, address[] calldata accounts) private {
        uint256 count = accounts.length;
        if (count == 0 || count > MAX_BATCH) revert Payments_BatchSize(count, MAX_BATCH);
        ClassPayment storage payment = _payments[subject.deal][subject.period][subject.classIndex];
        Work memory work;
        work.holdings = subject.note.holdingsAt(accounts, subject.recordDateId);
        work.amountsMinor = new uint256[](count);
        work.groupOf = new uint256[](count);
        work.custodians = new PartyId[](count);
        work.sumsMinor = new uint256[](count);
        IHolderRegistry.Payee[] memory payees = HOLDERS.payeesOf(accounts);
        for (uint256 i; i < count; ++i) {
            if (subject.isRelease) _sortHeld(subject, payment, work, payees[i], accounts[i], i);
            else _sort(subject, payment, work, payees[i], accounts[i], i);
        }
        for (uint256 group; group < work.groups; ++group) _payCustodian(subject, work, group);
        for (uint256 i; i < count; ++i) {
            if (work.groupOf[i] == 0) continue;
            bool isPaid = !work.custodians[work.groupOf[i] - 1].isNobody();
            _conclude(subject, payment, work, accounts[i], i, isPaid);
        }
        if (!subject.isRelease) _count(subject, payment, work);
    }

    /// @dev Decides what becomes of an account's share, and marks it as credited before any money moves.
    function _sort(
        Subject memory subject,
        ClassPayment storage payment,
        Work memory work,
        IHolderRegistry.Payee memory payee,
        address account,
        uint256 i
    ) private {
        INote.Holding memory holding = work.holdings[i];
        if (holding.units == 0 || !_mark(payment, holding.index)) return;
        uint256 amountMinor = _shareOf(holding.units, subject.amountMinor, subject.units);
        work.amountsMinor[i] = amountMinor;
        if (subject.isSuspended || !payee.isPayable) {
            payment.heldMinor[account] = amountMinor;
            work.creditedMinor += amountMinor;
            work.creditedUnits += holding.units;
            emit Held(subject.deal, account, subject.period, subject.classIndex, amountMinor);
            return;
        }
        _assign(subject, payment, work, payee, account, i);
    }

    /// @dev As `_sort` for what is held: an account that is still stopped keeps waiting.
    function _sortHeld(
        Subject memory subject,
        ClassPayment storage payment,
        Work memory work,
        IHolderRegistry.Payee memory payee,
        address account,
        uint256 i
    ) private {
        uint256 amountMinor = payment.heldMinor[account];
        if (amountMinor == 0 || !payee.isPayable) return;
        work.amountsMinor[i] = amountMinor;
        delete payment.heldMinor[account];
        _assign(subject, payment, work, payee, account, i);
    }

    /// @dev Adds a custodial account to its custodian's sum; pays a self-kept one at once.
    function _assign(
        Subject memory subject,
        ClassPayment storage payment,
        Work memory work,
        IHolderRegistry.Payee memory payee,
        address account,
        uint256 i
    ) private {
        uint256 amountMinor = work.amountsMinor[i];
        if (payee.selfKept) {
            bool isPaid = _transfer(subject.fund.deposit, account, amountMinor);
            _conclude(subject, payment, work, account, i, isPaid);
            return;
        }
        uint256 group;
        while (group < work.groups && work.custodians[group] != payee.custodian) ++group;
        if (group == work.groups) {
            work.custodians[group] = payee.custodian;
            ++work.groups;
        }
        work.sumsMinor[group] += amountMinor;
        work.groupOf[i] = group + 1;
    }

    /// @dev Pays a custodian for all its clients in the batch, or crosses it out of the list.
    function _payCustodian(Subject memory subject, Work memory work, uint256 group) private {
        PartyId custodian = work.custodians[group];
        uint256 amountMinor = work.sumsMinor[group];
        address cashAccount = _cashAccounts[custodian][subject.fund.currency];
        if (cashAccount != address(0) && _transfer(subject.fund.deposit, cashAccount, amountMinor)) {
            emit CustodianPaid(subject.deal, custodian, subject.period, subject.classIndex, cashAccount, amountMinor);
        } else {
            work.custodians[group] = PartyId.wrap(0);
        }
    }

    /// @dev Tells what became of an account, and takes back what was marked when its money did not move.
    function _conclude(
        Subject memory subject,
        ClassPayment storage payment,
        Work memory work,
        address account,
        uint256 i,
        bool isPaid
    ) private {
        uint256 amountMinor = work.amountsMinor[i];
        INote.Holding memory holding = work.holdings[i];
        if (!isPaid) {
            if (subject.isRelease) payment.heldMinor[account] = amountMinor;
            else payment.credited[holding.index >> 8] &= ~(1 << (holding.index & 255));
            emit Unpaid(subject.deal, account, subject.period, subject.classIndex, amountMinor);
        } else if (subject.isRelease) {
            emit Released(subject.deal, account, subject.period, subject.classIndex, amountMinor);
        } else {
            work.creditedMinor += amountMinor;
            work.creditedUnits += holding.units;
            emit Paid(subject.deal, account, subject.period, subject.classIndex, amountMinor);
        }
    }

    /// @dev When the last holder is credited, what was left over goes to the class's next distribution.
    function _count(Subject memory subject, ClassPayment storage payment, Work memory work) private {
        if (work.creditedUnits == 0) return;
        Tally memory tally = payment.tally;
        tally.creditedMinor += uint128(work.creditedMinor);
        tally.creditedUnits += uint64(work.creditedUnits);
        payment.tally = tally;
        uint256 leftMinor = subject.amountMinor - tally.creditedMinor;
        if (tally.creditedUnits == subject.units && leftMinor != 0) {
            uint64 remainderMinor = SafeCast.toUint64(leftMinor);
            DISTRIBUTOR.carryRemainder(subject.deal, subject.period, subject.classIndex, remainderMinor);
        }
    }

    /// @dev Marks an account as credited; false when it was before.
    function _mark(ClassPayment storage payment, uint32 index) private returns (bool) {
        uint256 word = payment.credited[index >> 8];
        uint256 bit = 1 << (index & 255);
        if (word & bit != 0) return false;
        payment.credited[index >> 8] = word | bit;
        return true;
    }

    function _payParty(PartyId party, Fund memory funded, uint256 amountMinor) private returns (address cashAccount) {
        cashAccount = _cashAccounts[party][funded.currency];
        if (cashAccount == address(0)) revert Payments_NoInstruction(party, funded.currency);
        if (!_transfer(funded.deposit, cashAccount, amountMinor)) {
            revert Payments_TransferFailed(cashAccount, amountMinor);
        }
    }

    /// @dev Never reverts for what the deposit does; an answer other than true is a failure too.
    function _transfer(IERC20 deposit, address to, uint256 amountMinor) private returns (bool) {
        if (amountMinor == 0) return true;
        if (gasleft() < GAS_FLOOR) revert Payments_GasTooLow(gasleft(), GAS_FLOOR);
        return deposit.trySafeTransfer(to, amountMinor);
    }

    function _subjectOf(
        DealId deal,
        uint16 period,
        uint8 classIndex,
        bool isRelease
    ) private view returns (Subject memory subject) {
        PARTIES.requireDealRole(msg.sender, deal, Roles.PAYING_AGENT);
        (subject.deal, subject.period, subject.classIndex) = (deal, period, classIndex);
        subject.fund = _requireFunded(deal, period);
        subject.note = _noteOf(deal, classIndex);
        (subject.recordDateId, subject.amountMinor) = DISTRIBUTOR.payableOf(deal, period, classIndex);
        subject.units = subject.note.unitsAt(address(0), subject.recordDateId);
        (subject.isRelease, subject.isSuspended) = (isRelease, _isSuspended(deal));
    }

    /// @dev The payee of a fee line; nobody for any other line.
    function _payeeOfLine(DealId deal, uint256 line) private view returns (PartyId) {
        StepTerms[] memory steps = DEALS.termsOf(deal).steps;
        uint256 at;
        for (uint256 i; i < steps.length && at <= line; ++i) {
            if (steps[i].kind == StepKind.Fee && at++ == line) return steps[i].payee;
            for (uint256 classes = steps[i].classes; classes != 0; classes &= classes - 1) ++at;
        }
        return PartyId.wrap(0);
    }

    function _noteOf(DealId deal, uint8 classIndex) private view returns (INote note) {
        note = DEALS.noteOf(deal, classIndex);
        if (address(note) == address(0)) revert Payments_NotTokenised(deal, classIndex);
    }

    function _requireFunded(DealId deal, uint16 period) private view returns (Fund memory funded) {
        funded = _funds[deal][period];
        if (address(funded.deposit) == address(0)) revert Payments_NotFunded(deal, period);
    }

    function _requireNotSuspended(DealId deal) private view {
        if (_isSuspended(deal)) revert Payments_FilingSuspended(deal);
    }

    function _isSuspended(DealId deal) private view returns (bool) {
        return FILINGS.stateOf(DEALS.dealOf(deal).filing) == FilingState.Suspended;
    }

    function _shareOf(uint256 units, uint256 amountMinor, uint256 allUnits) private pure returns (uint256) {
        return (units * amountMinor) / allUnits;
    }
}
