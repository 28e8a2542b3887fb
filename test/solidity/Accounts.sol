// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IHolderRegistry} from "../../contracts/interfaces/IHolderRegistry.sol";
import {AccountWord} from "../../contracts/types/AccountWord.sol";
import {Laws} from "./Laws.sol";
import {Stopping} from "./Stopping.sol";
import {vm} from "./Vm.sol";

/// @notice What custodians state of accounts, and what it makes of every account of the holder.
abstract contract Accounts is Stopping {
    struct Facts {
        bytes16 holderRef;
        bytes2 residence;
        uint8 category;
        uint8 lookThrough;
        uint8 flags;
        uint40 eligibleUntil;
        /// Bits of the word that no custodian may state.
        uint256 foreign;
    }

    /// @notice A custodian registers an account or states its facts anew.
    function stateFacts(uint256 entropy) external step(entropy) {
        uint256 account = _ailing();
        uint16 by = _chance(92) ? _accounts[account].custodian : uint16(CUSTODIAN_A + _roll(4));
        if (!_isRegistered(account) || _chance(8)) {
            if (by == 0) by = _custodianOfPlace(account);
            _tryRegister(account, by, _rollFacts(account));
        } else {
            _tryUpdate(account, by, _rollFacts(account));
        }
        _touched = account;
    }

    /// @dev The account of two that is in the worse state, so that most of them recover sooner or later.
    function _ailing() private returns (uint256 account) {
        account = _roll(_accounts.length);
        uint256 other = _roll(_accounts.length);
        if (_ofReceiver(1, account) == 0) account = other;
    }

    function _rollFacts(uint256 account) internal returns (Facts memory facts) {
        bytes2[] memory residences = _residences();
        facts.holderRef = _accounts[account].holderRef;
        facts.residence =
            _chance(85) && _isRegistered(account) ? _accounts[account].residence : residences[_roll(residences.length)];
        if (facts.residence == 0) facts.residence = "HK";
        facts.category = uint8(1 + _roll(6));
        facts.lookThrough = 1;
        facts.flags = _chance(80) ? ACCEPTS_DELIVERY : 0;
        if (account == OMNIBUS_ACCOUNT) facts.flags |= IS_OMNIBUS;
        facts.eligibleUntil = uint40(block.timestamp + 1 + _roll(60 days));
        if (_chance(25)) _spoil(facts);
    }

    function _spoil(Facts memory facts) private {
        uint256 kind = _roll(16);
        if (kind < 2) facts.residence = "CN";
        else if (kind == 2) facts.residence = _chance(50) ? bytes2("cn") : bytes2("US");
        else if (kind < 5) facts.lookThrough = uint8([0, 2, 3][_roll(3)]);
        else if (kind == 5) facts.category = 0;
        else if (kind < 8) facts.flags |= IS_US_PERSON;
        else if (kind < 11) facts.eligibleUntil = uint40(block.timestamp + _roll(3 hours));
        else if (kind == 11) facts.eligibleUntil = uint40(block.timestamp - _roll(2));
        else if (kind == 12) facts.holderRef = bytes16(keccak256(abi.encode("another holder", facts.holderRef)));
        else if (kind == 13) facts.holderRef = 0;
        else
            facts.foreign = [
                uint256(CUSTODIAN_B) << 144,
                uint256(KEEPS_OWN_KEY) << 176,
                uint256(16) << 176,
                uint256(7) << 160,
                uint256(4) << 168,
                uint256(1) << 224
            ][_roll(6)];
    }

    function _wordOf(Facts memory facts) internal pure returns (AccountWord) {
        uint256 word = uint256(uint128(facts.holderRef)) | (uint256(uint16(facts.residence)) << 128);
        word |= (uint256(facts.category) << 160) | (uint256(facts.lookThrough) << 168);
        word |= (uint256(facts.flags) << 176) | (uint256(facts.eligibleUntil) << 184);
        return AccountWord.wrap(word | facts.foreign);
    }

    function _tryRegister(uint256 account, uint16 custodian, Facts memory facts) internal {
        Account storage kept = _accounts[account];
        uint256 law = facts.residence == "CN" ? Laws.NO_MAINLAND_ACCOUNT : Laws.REGISTRATION;
        bool isFit = facts.lookThrough == 1 && facts.flags & IS_US_PERSON == 0 && facts.category != 0;
        bool isAllowed =
            _maySay(custodian, facts) && isFit && facts.eligibleUntil > block.timestamp && !_isRegistered(account);
        if (kept.privateKey == 0) {
            // The address follows from the custodian, so another one's call is about another address.
            if (custodian != _custodianOfPlace(account)) return;
            IHolderRegistry.Registration[] memory list = new IHolderRegistry.Registration[](1);
            list[0] = IHolderRegistry.Registration(kept.accountRef, _wordOf(facts), keccak256("evidence"));
            bytes memory data = abi.encodeCall(IHolderRegistry.registerAccounts, (list));
            _expect(law, isAllowed, _key(custodian), address(_holdersRegistry), data, "registration");
        } else {
            bool isProven = _chance(90);
            bytes memory proof = _prove(
                kept.privateKey,
                kept.at,
                isProven ? custodian : custodian + 1,
                facts.holderRef
            );
            bytes memory data = abi.encodeCall(
                IHolderRegistry.registerSelfKept,
                (kept.at, _wordOf(facts), keccak256("evidence"), proof)
            );
            isAllowed = isAllowed && isProven;
            _expect(law, isAllowed, _key(custodian), address(_holdersRegistry), data, "registration of a kept key");
        }
        if (!isAllowed) return;
        kept.custodian = custodian;
        kept.holderRef = facts.holderRef;
        _write(account, facts);
    }

    function _tryUpdate(uint256 account, uint16 by, Facts memory facts) internal {
        uint256 law = facts.residence == "CN" ? Laws.NO_MAINLAND_ACCOUNT : Laws.STATEMENT_OF_FACTS;
        bool isOwn = by == _accounts[account].custodian && facts.holderRef == _accounts[account].holderRef;
        bool isAllowed = _maySay(by, facts) && isOwn && _isRegistered(account);
        bytes memory data = abi.encodeCall(
            IHolderRegistry.updateAccount,
            (_accounts[account].at, _wordOf(facts), keccak256("evidence"))
        );
        _expect(law, isAllowed, _key(by), address(_holdersRegistry), data, "statement of facts");
        if (!isAllowed) return;
        for (uint256 i; i < _accounts.length; ++i) {
            if (_accounts[i].ring != _accounts[account].ring) continue;
            if (_accounts[i].custodian == by) _writeOfHolder(i, facts, i == account);
            else _close(i, facts);
        }
    }

    function _maySay(uint16 custodian, Facts memory facts) private view returns (bool) {
        bool isCustodian = custodian >= CUSTODIAN_A && custodian <= CUSTODIAN_C && _isActive(custodian);
        return isCustodian && facts.foreign == 0 && facts.holderRef != 0 && _isAllowed(facts.residence);
    }

    function _isAllowed(bytes2 residence) internal pure returns (bool) {
        bytes2[] memory residences = _residences();
        for (uint256 i; i < residences.length; ++i) {
            if (residences[i] == residence) return true;
        }
        return false;
    }

    /// @dev The custodian's own account of the holder: all it says of the holder, and of this account what it says of it.
    function _writeOfHolder(uint256 account, Facts memory facts, bool isNamed) private {
        uint8 ofAccount = _accounts[account].flags & (IS_OMNIBUS | ACCEPTS_DELIVERY);
        _write(account, facts);
        if (isNamed) {
            _accounts[account].flags |= ofAccount & IS_OMNIBUS;
            return;
        }
        _accounts[account].flags = (_accounts[account].flags & ~(IS_OMNIBUS | ACCEPTS_DELIVERY)) | ofAccount;
    }

    function _write(uint256 account, Facts memory facts) private {
        Account storage kept = _accounts[account];
        (kept.residence, kept.category, kept.lookThrough) = (facts.residence, facts.category, facts.lookThrough);
        kept.eligibleUntil = facts.eligibleUntil;
        kept.flags = facts.flags | (kept.privateKey == 0 ? 0 : KEEPS_OWN_KEY);
    }

    /// @dev Another custodian's account of the holder: it only ever becomes worse.
    function _close(uint256 account, Facts memory facts) private {
        Account storage kept = _accounts[account];
        if (facts.eligibleUntil < kept.eligibleUntil) kept.eligibleUntil = facts.eligibleUntil;
        if (facts.residence != kept.residence) {
            kept.residence = facts.residence;
            if (kept.eligibleUntil >= block.timestamp) kept.eligibleUntil = uint40(block.timestamp - 1);
        }
        if (facts.lookThrough != 1) kept.lookThrough = facts.lookThrough;
        if (facts.category == 0) kept.category = 0;
        if (facts.flags & IS_US_PERSON != 0) kept.flags |= IS_US_PERSON;
    }

    function _prove(uint256 privateKey, address at, uint16 custodian, bytes16 ref) private view returns (bytes memory) {
        bytes32 domain = keccak256(
            abi.encode(
                keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"),
                keccak256("Narrowgate"),
                keccak256("1"),
                block.chainid,
                address(_holdersRegistry)
            )
        );
        bytes32 proof = keccak256(
            abi.encode(keccak256("KeyProof(address account,uint16 custodian,bytes16 holderRef)"), at, custodian, ref)
        );
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(privateKey, keccak256(abi.encodePacked("\x19\x01", domain, proof)));
        return abi.encodePacked(r, s, v);
    }
}
