// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";

import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {Account, Custodian, IHolderRegistry, InvestorCategory, LookThrough} from "./interfaces/IHolderRegistry.sol";
import {Residences} from "./libraries/Residences.sol";
import {Roles} from "./libraries/Roles.sol";
import {Stops} from "./libraries/Stops.sol";
import {PartyId} from "./types/Ids.sol";
import {Wired} from "./types/Wired.sol";
import {Wiring} from "./types/Wiring.sol";

/// @notice See `IHolderRegistry`.
contract HolderRegistry is IHolderRegistry, EIP712, Wired {
    using Stops for Stops.Book;

    uint40 public constant MAX_STOP_SECONDS = Stops.MAX_STOP_SECONDS;

    /// @notice Most accounts of one batch: 200 registrations stay far below the gas of a block.
    uint256 public constant MAX_BATCH = 200;

    bytes32 private constant KEY_PROOF_TYPEHASH = keccak256(
        "KeyProof(address account,uint16 custodian,bytes16 holderRef)"
    );

    mapping(address => Account) private _accounts;
    mapping(PartyId => Custodian) private _custodians;
    mapping(bytes2 residence => bool) private _allowedResidences;
    Stops.Book private _stops;

    constructor(Wiring memory wiring_, bytes2[] memory allowedResidences) EIP712("Narrowgate", "1") Wired(wiring_) {
        for (uint256 i; i < allowedResidences.length; ++i) {
            bytes2 residence = allowedResidences[i];
            if (residence == Residences.CN) revert HolderRegistry_Onshore();
            if (!Residences.isWellFormed(residence)) revert HolderRegistry_ResidenceMalformed(residence);
            _allowedResidences[residence] = true;
        }
    }

    /// @inheritdoc IHolderRegistry
    function license(PartyId custodian, uint40 licensedUntil, bytes32 evidenceHash) external {
        PARTIES.requireRole(msg.sender, Roles.REGISTRAR);
        bool isEnding = licensedUntil <= block.timestamp && _custodians[custodian].licensedUntil != 0;
        if (!isEnding && !PARTIES.holds(custodian, Roles.CUSTODIAN)) revert HolderRegistry_CustodianInactive(custodian);
        if (evidenceHash == 0) revert HolderRegistry_ReferenceMissing();
        _custodians[custodian].licensedUntil = licensedUntil;
        emit CustodianLicensed(custodian, licensedUntil, evidenceHash);
    }

    /// @inheritdoc IHolderRegistry
    function registerAccounts(Registration[] calldata registrations) external {
        PartyId custodian = _requireActiveCustodian();
        uint256 count = registrations.length;
        if (count == 0 || count > MAX_BATCH) revert HolderRegistry_BatchSize(count, MAX_BATCH);
        for (uint256 i; i < count; ++i) {
            bytes32 accountRef = registrations[i].accountRef;
            if (accountRef == 0) revert HolderRegistry_ReferenceMissing();
            address account = custodialAccountOf(custodian, accountRef);
            _register(account, custodian, accountRef, false, registrations[i].facts);
        }
    }

    /// @inheritdoc IHolderRegistry
    function registerSelfKept(address account, AccountFacts calldata facts, bytes calldata signature) external {
        PartyId custodian = _requireActiveCustodian();
        bytes32 proof = keccak256(abi.encode(KEY_PROOF_TYPEHASH, account, custodian, facts.holderRef));
        (address signer, , ) = ECDSA.tryRecoverCalldata(_hashTypedDataV4(proof), signature);
        // An address with code could be a pool or a wrapper, behind which anybody may hold (R-T5).
        if (account == address(0) || signer != account || account.code.length != 0)
            revert HolderRegistry_KeyNotProven(account);
        _register(account, custodian, 0, true, facts);
    }

    /// @inheritdoc IHolderRegistry
    function updateAccount(address account, AccountFacts calldata facts) external {
        PartyId custodian = _requireActiveCustodian();
        Account storage current = _known(account);
        if (current.custodian != custodian) revert HolderRegistry_NotCustodianOf(account, custodian);
        if (facts.holderRef != current.holderRef) revert HolderRegistry_HolderChanged(account);
        // A downgrade must always be possible, so look-through, category and expiry are taken as stated here.
        _requireReferences(facts);
        _requireOverseas(facts.residence);
        _write(current, facts);
        emit AccountUpdated(account, custodian, facts);
    }

    /// @inheritdoc IHolderRegistry
    function stopAccount(address account, bytes32 orderId, uint40 until) external {
        PartyId by = PARTIES.requireEitherRole(msg.sender, Roles.REGISTRAR, Roles.REGULATOR);
        Account storage current = _known(account);
        current.stoppedUntil = SafeCast.toUint32(_stops.order(_subject(account), orderId, current.stoppedUntil, until));
        emit AccountStopped(account, by, orderId, current.stoppedUntil);
    }

    /// @inheritdoc IHolderRegistry
    function keepAccountStopped(address account, bytes32 orderId, uint40 until) external {
        Account storage current = _known(account);
        _stops.requireLonger(_subject(account), orderId, current.stoppedUntil, until);
        if (!_decide(keccak256(abi.encode("keepAccountStopped", account, orderId, until)))) return;
        _stops.keep(_subject(account), orderId);
        current.stoppedUntil = SafeCast.toUint32(until);
        emit AccountStopped(account, PARTIES.partyOf(msg.sender), orderId, until);
    }

    /// @inheritdoc IHolderRegistry
    function liftAccount(address account, bytes32 orderId) external {
        Account storage current = _known(account);
        _stops.requireStanding(_subject(account), orderId, current.stoppedUntil);
        if (!_decide(keccak256(abi.encode("liftAccount", account, orderId)))) return;
        _stops.lift(_subject(account));
        current.stoppedUntil = 0;
        emit AccountStopLifted(account, orderId);
    }

    /// @inheritdoc IHolderRegistry
    function stopCustodian(PartyId custodian, bytes32 orderId, uint40 until) external {
        PartyId by = PARTIES.requireEitherRole(msg.sender, Roles.REGISTRAR, Roles.REGULATOR);
        Custodian storage current = _licensed(custodian);
        current.stoppedUntil = _stops.order(_subject(custodian), orderId, current.stoppedUntil, until);
        emit CustodianStopped(custodian, by, orderId, current.stoppedUntil);
    }

    /// @inheritdoc IHolderRegistry
    function keepCustodianStopped(PartyId custodian, bytes32 orderId, uint40 until) external {
        Custodian storage current = _licensed(custodian);
        _stops.requireLonger(_subject(custodian), orderId, current.stoppedUntil, until);
        if (!_decide(keccak256(abi.encode("keepCustodianStopped", custodian, orderId, until)))) return;
        _stops.keep(_subject(custodian), orderId);
        current.stoppedUntil = until;
        emit CustodianStopped(custodian, PARTIES.partyOf(msg.sender), orderId, until);
    }

    /// @inheritdoc IHolderRegistry
    function liftCustodian(PartyId custodian, bytes32 orderId) external {
        Custodian storage current = _licensed(custodian);
        _stops.requireStanding(_subject(custodian), orderId, current.stoppedUntil);
        if (!_decide(keccak256(abi.encode("liftCustodian", custodian, orderId)))) return;
        _stops.lift(_subject(custodian));
        current.stoppedUntil = 0;
        emit CustodianStopLifted(custodian, orderId);
    }

    /// @inheritdoc IHolderRegistry
    function factsOf(address from, address to, address operatorKey) external view returns (TransferFacts memory facts) {
        facts.from = _accounts[from];
        facts.to = _accounts[to];
        facts.toCustodian = _custodians[facts.to.custodian];
        facts.operator = PARTIES.partyOf(operatorKey);
        facts.operatorCustodian = _custodians[facts.operator];
    }

    /// @inheritdoc IHolderRegistry
    function accountOf(address account) external view returns (Account memory) {
        return _accounts[account];
    }

    /// @inheritdoc IHolderRegistry
    function payeesOf(address[] calldata accounts) external view returns (uint256[] memory payees) {
        payees = new uint256[](accounts.length);
        PartyId custodian;
        bool isActive;
        for (uint256 i; i < accounts.length; ++i) {
            Account storage account = _accounts[accounts[i]];
            // Accounts of one custodian mostly come together.
            if (account.custodian != custodian) {
                custodian = account.custodian;
                isActive = _isActive(custodian);
            }
            uint256 payee = uint256(PartyId.unwrap(custodian)) << 2;
            if (account.selfKept) payee |= 2;
            if (isActive && block.timestamp > account.stoppedUntil) payee |= 1;
            payees[i] = payee;
        }
    }

    /// @inheritdoc IHolderRegistry
    function custodianOf(PartyId custodian) external view returns (Custodian memory) {
        return _custodians[custodian];
    }

    /// @inheritdoc IHolderRegistry
    function isRegisteredSpender(address key) external view returns (bool) {
        PartyId party = PARTIES.partyOf(key);
        return PARTIES.holds(party, Roles.CUSTODIAN) && _isActive(party);
    }

    /// @inheritdoc IHolderRegistry
    function custodialAccountOf(PartyId custodian, bytes32 accountRef) public view returns (address) {
        return address(uint160(uint256(keccak256(abi.encode(address(this), custodian, accountRef)))));
    }

    /// @inheritdoc IHolderRegistry
    function isResidenceAllowed(bytes2 residence) public view returns (bool) {
        return residence != Residences.CN && _allowedResidences[residence];
    }

    function _register(
        address account,
        PartyId custodian,
        bytes32 accountRef,
        bool selfKept,
        AccountFacts calldata facts
    ) private {
        Account storage current = _accounts[account];
        if (!current.custodian.isNobody()) revert HolderRegistry_AlreadyRegistered(account);
        _requireReferences(facts);
        _requireOverseas(facts.residence);
        if (facts.lookThrough != LookThrough.NoMainlandOwner)
            revert HolderRegistry_LookThroughFailed(facts.lookThrough);
        if (facts.category == InvestorCategory.None) revert HolderRegistry_CategoryMissing();
        if (facts.eligibleUntil <= block.timestamp) revert HolderRegistry_EligibilityPast(facts.eligibleUntil);
        (current.custodian, current.selfKept, current.holderRef) = (custodian, selfKept, facts.holderRef);
        _write(current, facts);
        emit AccountRegistered(account, custodian, accountRef, selfKept, facts);
    }

    function _write(Account storage account, AccountFacts calldata facts) private {
        account.residence = facts.residence;
        account.category = facts.category;
        account.lookThrough = facts.lookThrough;
        account.eligibleUntil = facts.eligibleUntil;
    }

    /// @dev `CN` is judged first and by constant, so that no allow-list can ever let it in.
    function _requireOverseas(bytes2 residence) private view {
        if (residence == Residences.CN) revert HolderRegistry_Onshore();
        if (!Residences.isWellFormed(residence)) revert HolderRegistry_ResidenceMalformed(residence);
        if (!isResidenceAllowed(residence)) revert HolderRegistry_ResidenceNotAllowed(residence);
    }

    function _requireReferences(AccountFacts calldata facts) private pure {
        if (facts.holderRef == 0 || facts.evidenceCommitment == 0) revert HolderRegistry_ReferenceMissing();
    }

    function _requireActiveCustodian() private view returns (PartyId custodian) {
        custodian = PARTIES.requireRole(msg.sender, Roles.CUSTODIAN);
        if (!_isActive(custodian)) revert HolderRegistry_CustodianInactive(custodian);
    }

    function _subject(address account) private pure returns (bytes32) {
        return bytes32(uint256(uint160(account)));
    }

    /// @dev Party numbers are below 2^16, where no account can be.
    function _subject(PartyId custodian) private pure returns (bytes32) {
        return bytes32(uint256(PartyId.unwrap(custodian)));
    }

    function _isActive(PartyId custodian) private view returns (bool) {
        Custodian storage current = _custodians[custodian];
        return block.timestamp <= current.licensedUntil && block.timestamp > current.stoppedUntil;
    }

    function _decide(bytes32 subject) private returns (bool) {
        return APPROVALS.decide(subject, msg.sender, 0);
    }

    function _licensed(PartyId custodian) private view returns (Custodian storage current) {
        current = _custodians[custodian];
        if (current.licensedUntil == 0) revert HolderRegistry_CustodianInactive(custodian);
    }

    function _known(address account) private view returns (Account storage current) {
        current = _accounts[account];
        if (current.custodian.isNobody()) revert HolderRegistry_UnknownAccount(account);
    }
}
