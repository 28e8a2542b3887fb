// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {CashAccounts} from "./CashAccounts.sol";
import {IDistributor} from "./interfaces/IDistributor.sol";
import {FilingState} from "./interfaces/IFilingRegistry.sol";
import {INote} from "./interfaces/INote.sol";
import {IPayments} from "./interfaces/IPayments.sol";
import {Roles} from "./libraries/Roles.sol";
import {StepKind, StepTerms} from "./types/DealTerms.sol";
import {DealId, PartyId} from "./types/Ids.sol";
import {Wiring} from "./types/Wiring.sol";

/// @notice See `IPayments`.
/// @dev Every batch goes three times over its accounts: sort (who gets what, marked as credited), transfer (once per
/// custodian), conclude (an event each, and the mark taken back where the transfer failed).
contract Payments is CashAccounts, ReentrancyGuardTransient {
    using SafeERC20 for IERC20;

    /// @notice Most accounts of one batch.
    uint256 public constant MAX_BATCH = 200;

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

    /// @dev A batch while it is worked on. Custodians are listed as they are met, each with the sum of its clients.
    /// @param amountMinor What the class shares, and `units` among how many.
    /// @param holdings Units << 32 | number of each account, as the note says it.
    /// @param payees Custodian << 3 | `OMNIBUS` | `SELF_KEPT` | `PAYABLE` of each account, as the holder registry says it.
    /// @param shares Amount << 8 | place of the custodian in the list, or `ON_ITS_OWN`; 0 for an account that is done
    /// with.
    /// @param custodians From 1; 0 in place of a custodian whose transfer failed.
    /// @param sums Units << 128 | amount of each custodian's clients.
    /// @param credited Units << 128 | amount of all that were paid, or not paid and held.
    struct Work {
        bytes32 payment;
        DealId deal;
        uint16 period;
        uint8 classIndex;
        bool isRelease;
        bool isSuspended;
        INote note;
        uint24 recordDateId;
        uint256 amountMinor;
        uint256 units;
        IERC20 deposit;
        bytes3 currency;
        uint256[] holdings;
        uint256[] payees;
        uint256[] shares;
        uint256[] custodians;
        uint256[] sums;
        uint256 groups;
        uint256 lastGroup;
        uint256 lastCustodian;
        uint256 credited;
    }

    uint256 private constant PAYABLE = 1;
    uint256 private constant SELF_KEPT = 2;
    uint256 private constant OMNIBUS = 4;
    uint256 private constant JUDGED = PAYABLE | OMNIBUS;
    uint256 private constant ON_ITS_OWN = 255;

    mapping(DealId => mapping(uint16 period => Fund)) private _funds;
    mapping(bytes32 payment => ClassPayment) private _payments;
    mapping(DealId => mapping(uint16 period => mapping(uint256 line => bool))) private _feesPaid;
    mapping(DealId => mapping(uint16 period => mapping(uint8 classIndex => bool))) private _retainedPaid;

    constructor(Wiring memory wiring_) CashAccounts(wiring_) {}

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
        uint8 classCount = DEALS.dealOf(deal).classCount;
        for (uint8 i; i < classCount; ++i) {
            if (address(DEALS.noteOf(deal, i)) == address(0)) continue;
            (, uint128 payableMinor) = DISTRIBUTOR.payableOf(deal, period, i);
            emit PaymentOpened(_paymentOf(deal, period, i), deal, period, i, payableMinor);
        }
    }

    /// @inheritdoc IPayments
    function pay(DealId deal, uint16 period, uint8 classIndex, address[] calldata accounts) external nonReentrant {
        _payBatch(_open(deal, period, classIndex, false), accounts);
    }

    /// @inheritdoc IPayments
    function release(DealId deal, uint16 period, uint8 classIndex, address[] calldata accounts) external nonReentrant {
        Work memory work = _open(deal, period, classIndex, true);
        if (work.isSuspended) revert Payments_FilingSuspended(deal);
        _payBatch(work, accounts);
    }

    /// @inheritdoc IPayments
    function payFee(DealId deal, uint16 period, uint256 line, bytes calldata posted) external nonReentrant {
        PARTIES.requireDealRole(msg.sender, deal, Roles.PAYING_AGENT);
        Fund memory funded = _requireFunded(deal, period);
        _requireNotSuspended(deal);
        (, bytes32 digest) = DISTRIBUTOR.totalOf(deal, period);
        PartyId payee = _payeeOfLine(deal, line);
        if (payee.isNobody() || keccak256(posted) != digest) revert Payments_NotFeeLine(deal, period, line);
        if (_feesPaid[deal][period][line]) revert Payments_AlreadyPaid(deal, period, line);
        _feesPaid[deal][period][line] = true;
        (, IDistributor.Posting memory posting) = abi.decode(posted, (DealId, IDistributor.Posting));
        uint256 amountMinor = posting.paidMinor[line];
        address cashAccount = _payParty(payee, funded, amountMinor);
        emit FeePaid(deal, payee, period, line, cashAccount, amountMinor);
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
        uint256 index = uint32(_noteOf(deal, classIndex).holdingsAt(accounts, recordDateId)[0]);
        ClassPayment storage payment = _payments[_paymentOf(deal, period, classIndex)];
        isCredited = (payment.credited[index >> 8] >> (index & 255)) & 1 == 1;
        heldMinor = payment.heldMinor[account];
    }

    /// @inheritdoc IPayments
    function tallyOf(DealId deal, uint16 period, uint8 classIndex) external view returns (Tally memory) {
        return _payments[_paymentOf(deal, period, classIndex)].tally;
    }

    /// @inheritdoc IPayments
    function fundsOf(DealId deal, uint16 period) external view returns (IERC20) {
        return _funds[deal][period].deposit;
    }

    function _payBatch(Work memory work, address[] calldata accounts) private {
        uint256 count = accounts.length;
        if (count == 0 || count > MAX_BATCH) revert Payments_BatchSize(count, MAX_BATCH);
        ClassPayment storage payment = _payments[work.payment];
        work.holdings = work.note.holdingsAt(accounts, work.recordDateId);
        work.payees = HOLDERS.payeesOf(accounts);
        work.shares = new uint256[](count);
        work.custodians = new uint256[](count + 1);
        work.sums = new uint256[](count + 1);
        if (work.isRelease) _sortHeld(work, payment, accounts);
        else _sort(work, payment, accounts);
        for (uint256 group = 1; group <= work.groups; ++group) _payCustodian(work, group);
        _conclude(work, payment, accounts);
        if (!work.isRelease) _count(work, payment);
    }

    /// @dev Decides what becomes of each account's share, and marks it as credited before any money moves. Marks of accounts
    /// that stand together in the note stand in one word, which is read and written once.
    function _sort(Work memory work, ClassPayment storage payment, address[] calldata accounts) private {
        uint256 marks;
        uint256 at = type(uint256).max;
        uint256[] memory holdings = work.holdings;
        for (uint256 i; i < holdings.length; ++i) {
            uint256 holding = holdings[i];
            if (holding >> 32 == 0) continue;
            uint256 word = uint32(holding) >> 8;
            if (word != at) {
                if (at != type(uint256).max) payment.credited[at] = marks;
                at = word;
                marks = payment.credited[word];
            }
            uint256 bit = 1 << (holding & 255);
            if (marks & bit != 0) continue;
            marks |= bit;
            _assign(work, payment, accounts, i, holding >> 32);
        }
        if (at != type(uint256).max) payment.credited[at] = marks;
    }

    /// @dev As `_sort` for what is held: an account that is still stopped keeps waiting.
    function _sortHeld(Work memory work, ClassPayment storage payment, address[] calldata accounts) private {
        for (uint256 i; i < accounts.length; ++i) {
            if (payment.heldMinor[accounts[i]] == 0 || !_isPayable(work, accounts[i], work.payees[i])) continue;
            delete payment.heldMinor[accounts[i]];
            _assign(work, payment, accounts, i, work.holdings[i] >> 32);
        }
    }

    /// @dev Adds an account's share to the sum of its custodian, or holds it. A self-kept account is paid on its own later.
    function _assign(
        Work memory work,
        ClassPayment storage payment,
        address[] calldata accounts,
        uint256 i,
        uint256 units
    ) private {
        uint256 amountMinor = _shareOf(units, work.amountMinor, work.units);
        uint256 payee = work.payees[i];
        // Amounts of one class and period add up to no more than what the class shares, units to no more than all units.
        unchecked {
            if (work.isSuspended || (payee & JUDGED != PAYABLE && !_isPayable(work, accounts[i], payee))) {
                payment.heldMinor[accounts[i]] = amountMinor;
                work.credited += (units << 128) | amountMinor;
                emit Held(work.payment, accounts[i], amountMinor);
            } else if (payee & SELF_KEPT != 0) {
                work.shares[i] = (amountMinor << 8) | ON_ITS_OWN;
            } else {
                uint256 group = work.lastGroup;
                // Accounts of one custodian mostly come together.
                if (payee >> 3 != work.lastCustodian) group = _groupOf(work, payee >> 3);
                work.sums[group] += (units << 128) | amountMinor;
                work.shares[i] = (amountMinor << 8) | group;
            }
        }
    }

    /// @dev Place of a custodian in the list, where it is added when it is new.
    function _groupOf(Work memory work, uint256 custodian) private pure returns (uint256 group) {
        group = 1;
        while (group <= work.groups && work.custodians[group] != custodian) ++group;
        if (group > work.groups) (work.groups, work.custodians[group]) = (group, custodian);
        (work.lastGroup, work.lastCustodian) = (group, custodian);
    }

    /// @dev Pays a custodian for all its clients in the batch, or crosses it out of the list.
    function _payCustodian(Work memory work, uint256 group) private {
        PartyId custodian = PartyId.wrap(uint16(work.custodians[group]));
        uint256 amountMinor = uint128(work.sums[group]);
        address cashAccount = _cashAccounts[custodian][work.currency];
        if (cashAccount != address(0) && _transfer(work.deposit, cashAccount, amountMinor)) {
            work.credited += work.sums[group];
            emit CustodianPaid(work.payment, custodian, cashAccount, amountMinor);
        } else {
            work.custodians[group] = 0;
        }
    }

    /// @dev Pays self-kept accounts, tells what became of every account, and takes back what was marked where money did not
    /// move.
    function _conclude(Work memory work, ClassPayment storage payment, address[] calldata accounts) private {
        (bytes32 id, uint256[] memory shares) = (work.payment, work.shares);
        for (uint256 i; i < shares.length; ++i) {
            uint256 share = shares[i];
            if (share == 0) continue;
            address account = accounts[i];
            bool isPaid =
                uint8(share) == ON_ITS_OWN ? _paySelfKept(work, account, i) : work.custodians[uint8(share)] != 0;
            if (!isPaid) _takeBack(work, payment, account, i);
            else if (work.isRelease) emit Released(id, account, share >> 8);
            else emit Paid(id, account, share >> 8);
        }
    }

    function _paySelfKept(Work memory work, address account, uint256 i) private returns (bool isPaid) {
        uint256 amountMinor = work.shares[i] >> 8;
        isPaid = _transfer(work.deposit, account, amountMinor);
        if (isPaid) work.credited += ((work.holdings[i] >> 32) << 128) | amountMinor;
    }

    function _takeBack(Work memory work, ClassPayment storage payment, address account, uint256 i) private {
        uint256 amountMinor = work.shares[i] >> 8;
        uint256 index = uint32(work.holdings[i]);
        if (work.isRelease) payment.heldMinor[account] = amountMinor;
        else payment.credited[index >> 8] &= ~(1 << (index & 255));
        emit Unpaid(work.payment, account, amountMinor);
    }

    /// @dev When the last holder is credited, what was left over goes to the class's next distribution.
    function _count(Work memory work, ClassPayment storage payment) private {
        if (work.credited == 0) return;
        Tally memory tally = payment.tally;
        tally.creditedMinor += uint128(work.credited);
        tally.creditedUnits += uint64(work.credited >> 128);
        payment.tally = tally;
        uint256 leftMinor = work.amountMinor - tally.creditedMinor;
        if (tally.creditedUnits == work.units && leftMinor != 0) {
            DISTRIBUTOR.carryRemainder(work.deal, work.period, work.classIndex, SafeCast.toUint64(leftMinor));
        }
    }

    function _payParty(PartyId party, Fund memory funded, uint256 amountMinor) private returns (address cashAccount) {
        cashAccount = _cashAccounts[party][funded.currency];
        if (cashAccount == address(0)) revert Payments_NoInstruction(party, funded.currency);
        if (!_transfer(funded.deposit, cashAccount, amountMinor)) {
            revert Payments_TransferFailed(cashAccount, amountMinor);
        }
    }

    function _open(
        DealId deal,
        uint16 period,
        uint8 classIndex,
        bool isRelease
    ) private view returns (Work memory work) {
        PARTIES.requireDealRole(msg.sender, deal, Roles.PAYING_AGENT);
        (work.deal, work.period, work.classIndex) = (deal, period, classIndex);
        work.payment = _paymentOf(deal, period, classIndex);
        Fund memory funded = _requireFunded(deal, period);
        (work.deposit, work.currency) = (funded.deposit, funded.currency);
        work.note = _noteOf(deal, classIndex);
        (work.recordDateId, work.amountMinor) = DISTRIBUTOR.payableOf(deal, period, classIndex);
        work.units = work.note.unitsAt(address(0), work.recordDateId);
        (work.isRelease, work.isSuspended) = (isRelease, _isSuspended(deal));
    }

    /// @dev An omnibus account is paid once its sub-holders of the record date are stated (R-H8).
    function _isPayable(Work memory work, address account, uint256 payee) private view returns (bool) {
        if (payee & JUDGED != JUDGED) return payee & PAYABLE != 0;
        return STATEMENTS.isStated(work.note, account, work.recordDateId);
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

    function _paymentOf(DealId deal, uint16 period, uint8 classIndex) private pure returns (bytes32) {
        return keccak256(abi.encode(deal, period, classIndex));
    }

    function _shareOf(uint256 units, uint256 amountMinor, uint256 allUnits) private pure returns (uint256) {
        // Units are below 2^64 and amounts below 2^128. A note without units cannot have come here.
        unchecked {
            return (units * amountMinor) / allUnits;
        }
    }
}
