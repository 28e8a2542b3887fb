// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {HolderRings} from "./HolderRings.sol";
import {IHolderRegistry, InvestorCategory, LookThrough} from "./interfaces/IHolderRegistry.sol";
import {HolderFacts} from "./libraries/HolderFacts.sol";
import {Residences} from "./libraries/Residences.sol";
import {Rings} from "./libraries/Rings.sol";
import {
    AccountWord,
    CATEGORY_AT,
    CUSTODIAN_AT,
    ELIGIBLE_UNTIL_AT,
    FLAGS_AT,
    LOOK_THROUGH_AT
} from "./types/AccountWord.sol";
import {NEVER_STATED, OMNIBUS, SELF_KEPT, US_PERSON} from "./types/AccountWord.sol";
import {PartyId} from "./types/Ids.sol";
import {licencesOf} from "./types/Licences.sol";
import {Wired} from "./types/Wired.sol";
import {Wiring} from "./types/Wiring.sol";

/// @notice See `IHolderRegistry`.
contract HolderRegistry is HolderRings, EIP712 {
    using HolderFacts for AccountWord;
    using Rings for Rings.Book;

    bytes32 private constant KEY_PROOF_TYPEHASH = keccak256(
        "KeyProof(address account,uint16 custodian,bytes16 holderRef)"
    );

    /// @dev Bits of a new account that may be one way only: what nobody states, the look-through result, no US person.
    uint256 private constant FIXED_BITS =
        NEVER_STATED | (uint256(type(uint8).max) << LOOK_THROUGH_AT) | (US_PERSON << FLAGS_AT);
    uint256 private constant PLAIN_BITS = uint256(LookThrough.NoMainlandOwner) << LOOK_THROUGH_AT;

    /// @dev Bit n of the three words together: the residence numbered n is admitted.
    uint256 private immutable FIRST_RESIDENCES;
    uint256 private immutable SECOND_RESIDENCES;
    uint256 private immutable THIRD_RESIDENCES;

    constructor(Wiring memory wiring_, bytes2[] memory allowedResidences) EIP712("Narrowgate", "1") Wired(wiring_) {
        uint256[3] memory admitted;
        for (uint256 i; i < allowedResidences.length; ++i) {
            bytes2 residence = allowedResidences[i];
            _requireWellFormed(residence);
            uint256 number = Residences.numberOf(residence);
            admitted[number >> 8] |= 1 << (number & 255);
        }
        (FIRST_RESIDENCES, SECOND_RESIDENCES, THIRD_RESIDENCES) = (admitted[0], admitted[1], admitted[2]);
    }

    /// @inheritdoc IHolderRegistry
    function registerAccount(Registration calldata registration) external {
        PartyId custodian = _requireActiveCustodian();
        (address account, AccountWord word) = _registerCustodial(custodian, registration);
        emit AccountRegistered(account, registration.accountRef, word, registration.evidenceCommitment);
    }

    /// @inheritdoc IHolderRegistry
    function registerAccounts(Registration[] calldata registrations) external {
        PartyId custodian = _requireActiveCustodian();
        uint256 count = registrations.length;
        _requireBatch(count);
        for (uint256 i; i < count; ++i) _registerCustodial(custodian, registrations[i]);
        emit AccountsRegistered(custodian, registrations);
    }

    /// @inheritdoc IHolderRegistry
    function registerSelfKept(
        address account,
        AccountWord facts,
        bytes32 evidenceCommitment,
        bytes calldata signature
    ) external {
        PartyId custodian = _requireActiveCustodian();
        bytes32 proof = keccak256(abi.encode(KEY_PROOF_TYPEHASH, account, custodian, facts.holderRefOf()));
        (address signer, , ) = ECDSA.tryRecoverCalldata(_hashTypedDataV4(proof), signature);
        // An address with code could be a pool or a wrapper, behind which anybody may hold (R-T5).
        if (account == address(0) || signer != account || account.code.length != 0)
            revert HolderRegistry_KeyNotProven(account);
        AccountWord word = _register(account, facts, custodian, SELF_KEPT << FLAGS_AT, evidenceCommitment);
        emit AccountRegistered(account, 0, word, evidenceCommitment);
    }

    /// @inheritdoc IHolderRegistry
    function updateAccount(address account, AccountWord facts, bytes32 evidenceCommitment) external {
        PartyId custodian = _requireActiveCustodian();
        AccountWord current = _known(account);
        if (current.custodianOf() != custodian) revert HolderRegistry_NotCustodianOf(account, custodian);
        // A downgrade must always be possible, so look-through, category, expiry and flags are taken as stated here.
        if (facts.holderRefOf() != current.holderRefOf()) revert HolderRegistry_HolderChanged(account);
        _requireStatement(facts, evidenceCommitment);
        address[] memory ring = _rings.ringOf(account);
        bool isRemembered = true;
        for (uint256 i; i < ring.length; ++i) {
            AccountWord before = _accounts[ring[i]].word;
            AccountWord word = before.closedBy(facts);
            if (i == 0) word = before.restated(facts);
            else if (before.custodianOf() == custodian) word = before.restatedWith(facts);
            _accounts[ring[i]].word = word;
            isRemembered = isRemembered && word.isExtension(before);
            emit AccountUpdated(ring[i], word, evidenceCommitment);
        }
        if (!isRemembered) _forget(ring);
    }

    /// @inheritdoc IHolderRegistry
    function factsOf(address from, address to, address operatorKey) external view returns (TransferFacts memory facts) {
        (facts.from, facts.to) = (_accounts[from].word, _accounts[to].word);
        (PartyId sender, PartyId receiver) = (facts.from.custodianOf(), facts.to.custodianOf());
        uint256 senderUntil = _activeUntil(sender);
        uint256 receiverUntil = receiver == sender ? senderUntil : _activeUntil(receiver);
        PartyId operator;
        uint256 operatorUntil;
        // A key that moves its own account is judged as the account alone.
        if (operatorKey != from) {
            operator = PARTIES.partyOf(operatorKey);
            operatorUntil = operator == sender ? senderUntil : _activeUntil(operator);
        }
        facts.licences = licencesOf(senderUntil, receiverUntil, operatorUntil, operator);
    }

    /// @inheritdoc IHolderRegistry
    function payeesOf(address[] calldata accounts) external view returns (uint256[] memory payees) {
        payees = new uint256[](accounts.length);
        PartyId custodian;
        bool isActive;
        for (uint256 i; i < accounts.length; ++i) {
            AccountWord word = _accounts[accounts[i]].word;
            // Accounts of one custodian mostly come together.
            if (word.custodianOf() != custodian) {
                custodian = word.custodianOf();
                isActive = _isActive(custodian);
            }
            // The two flags stand side by side, here as there.
            uint256 payee = (uint256(PartyId.unwrap(custodian)) << 3) | ((word.flagsOf() & (SELF_KEPT | OMNIBUS)) << 1);
            if (isActive && block.timestamp > word.stoppedUntilOf()) payee |= 1;
            payees[i] = payee;
        }
    }

    /// @inheritdoc IHolderRegistry
    function custodialAccountOf(PartyId custodian, bytes32 accountRef) public view returns (address) {
        return address(uint160(uint256(keccak256(abi.encode(address(this), custodian, accountRef)))));
    }

    /// @inheritdoc IHolderRegistry
    function isResidenceAllowed(bytes2 residence) external view returns (bool) {
        return residence != Residences.CN && _isAdmitted(residence);
    }

    function _registerCustodial(
        PartyId custodian,
        Registration calldata given
    ) private returns (address account, AccountWord word) {
        bytes32 accountRef = given.accountRef;
        if (accountRef == 0) revert HolderRegistry_ReferenceMissing();
        account = custodialAccountOf(custodian, accountRef);
        word = _register(account, given.facts, custodian, 0, given.evidenceCommitment);
    }

    /// @param keeping `SELF_KEPT` at its place in the word, or 0.
    function _register(
        address account,
        AccountWord facts,
        PartyId custodian,
        uint256 keeping,
        bytes32 evidenceCommitment
    ) private returns (AccountWord word) {
        Entry storage entry = _accounts[account];
        if (AccountWord.unwrap(entry.word) != 0) revert HolderRegistry_AlreadyRegistered(account);
        if (!_isPlain(facts, evidenceCommitment)) _requireNew(facts, evidenceCommitment);
        // Facts that may be stated leave these places empty.
        uint256 kept = (uint256(PartyId.unwrap(custodian)) << CUSTODIAN_AT) | keeping;
        word = AccountWord.wrap(AccountWord.unwrap(facts) | kept);
        entry.word = word;
    }

    /// @dev Says in few comparisons that nothing in `_requireNew` forbids, since accounts are registered by the hundred.
    function _isPlain(AccountWord facts, bytes32 evidenceCommitment) private view returns (bool) {
        uint256 bits = AccountWord.unwrap(facts);
        uint256 category = (bits >> CATEGORY_AT) & type(uint8).max;
        return
            bits & FIXED_BITS == PLAIN_BITS &&
            category != 0 &&
            category <= uint8(type(InvestorCategory).max) &&
            (bits >> ELIGIBLE_UNTIL_AT) & type(uint40).max > block.timestamp &&
            uint128(bits) != 0 &&
            evidenceCommitment != 0 &&
            _isAdmitted(facts.residenceOf());
    }

    function _requireNew(AccountWord facts, bytes32 evidenceCommitment) private view {
        _requireStatement(facts, evidenceCommitment);
        if (facts.lookThroughOf() != LookThrough.NoMainlandOwner)
            revert HolderRegistry_LookThroughFailed(facts.lookThroughOf());
        if (facts.has(US_PERSON)) revert HolderRegistry_UsPerson();
        if (facts.categoryOf() == InvestorCategory.None) revert HolderRegistry_CategoryMissing();
        if (facts.eligibleUntilOf() <= block.timestamp) revert HolderRegistry_EligibilityPast(facts.eligibleUntilOf());
    }

    function _requireStatement(AccountWord facts, bytes32 evidenceCommitment) private view {
        if (!facts.isStatement()) revert HolderRegistry_FactsMalformed(facts);
        if (facts.holderRefOf() == 0 || evidenceCommitment == 0) revert HolderRegistry_ReferenceMissing();
        bytes2 residence = facts.residenceOf();
        _requireWellFormed(residence);
        if (!_isAdmitted(residence)) revert HolderRegistry_ResidenceNotAllowed(residence);
    }

    /// @dev `CN` is judged first and by constant, so that no allow-list can ever let it in.
    function _requireWellFormed(bytes2 residence) private pure {
        if (residence == Residences.CN) revert HolderRegistry_Onshore();
        if (!Residences.isWellFormed(residence)) revert HolderRegistry_ResidenceMalformed(residence);
    }

    function _isAdmitted(bytes2 residence) private view returns (bool) {
        uint256 number = Residences.numberOf(residence);
        uint256 word =
            number < 256
                ? FIRST_RESIDENCES
                : number < 512
                    ? SECOND_RESIDENCES
                    : THIRD_RESIDENCES;
        return (word >> (number & 255)) & 1 == 1;
    }
}
