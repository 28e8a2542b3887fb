// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IApprovals} from "./interfaces/IApprovals.sol";
import {IPayments} from "./interfaces/IPayments.sol";
import {Roles} from "./libraries/Roles.sol";
import {PartyId} from "./types/Ids.sol";
import {Wired} from "./types/Wired.sol";
import {Wiring} from "./types/Wiring.sol";

/// @notice In which deposit a currency is paid, where each party is paid, and how a deposit is moved. The part of `Payments`
/// that knows nothing of deals; see `IPayments`.
abstract contract CashAccounts is IPayments, Wired {
    /// @notice Gas that a deposit gets for one transfer, so that it cannot use up what other payees need.
    uint256 public constant TRANSFER_GAS = 250_000;

    /// @notice Gas that must be left at each transfer. With less, whoever sends a batch could make a payment fail for want of
    /// gas that would have succeeded.
    uint256 public constant GAS_FLOOR = 300_000;

    mapping(bytes3 currency => IERC20) internal _deposits;
    mapping(PartyId => mapping(bytes3 currency => address)) internal _cashAccounts;

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
    function depositOf(bytes3 currency) external view returns (IERC20) {
        return _deposits[currency];
    }

    /// @inheritdoc IPayments
    function cashAccountOf(PartyId party, bytes3 currency) external view returns (address) {
        return _cashAccounts[party][currency];
    }

    /// @dev Never reverts for what the deposit does; any answer other than true is a failure too.
    function _transfer(IERC20 deposit, address to, uint256 amountMinor) internal returns (bool) {
        if (amountMinor == 0) return true;
        if (gasleft() < GAS_FLOOR) revert Payments_GasTooLow(gasleft(), GAS_FLOOR);
        bytes memory transfer = abi.encodeCall(IERC20.transfer, (to, amountMinor));
        // solhint-disable-next-line avoid-low-level-calls
        (bool isDone, bytes memory answer) = address(deposit).call{gas: TRANSFER_GAS}(transfer);
        return isDone && answer.length == 32 && abi.decode(answer, (uint256)) == 1;
    }
}
