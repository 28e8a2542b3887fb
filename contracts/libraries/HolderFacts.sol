// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {InvestorCategory, LookThrough} from "../interfaces/IHolderRegistry.sol";
import {ACCEPTS_FREE_DELIVERY, AccountWord, CUSTODIAN_AT, FLAGS_AT, OMNIBUS} from "../types/AccountWord.sol";
import {SELF_KEPT, STOPPED_UNTIL_AT, US_PERSON} from "../types/AccountWord.sol";

/// @notice What a custodian's statement about a holder makes of each of the holder's accounts.
library HolderFacts {
    /// @dev Who keeps the account and its key, and its stop: no statement changes these.
    uint256 private constant KEPT =
        (uint256(type(uint16).max) << CUSTODIAN_AT) |
            (SELF_KEPT << FLAGS_AT) |
            (uint256(type(uint32).max) << STOPPED_UNTIL_AT);

    /// @dev What belongs to one account, not to its holder.
    uint256 private constant OF_ACCOUNT = (OMNIBUS | ACCEPTS_FREE_DELIVERY) << FLAGS_AT;

    /// @notice The account about which its own custodian made the statement: all facts as stated. An omnibus account stays
    /// one, or its custodian could take the money that waits for a statement without making it (R-H8).
    function restated(AccountWord word, AccountWord facts) internal pure returns (AccountWord) {
        AccountWord stated = _merge(word, facts, KEPT);
        return word.has(OMNIBUS) ? stated.withFlag(OMNIBUS) : stated;
    }

    /// @notice Another account of the holder with the same custodian: all facts of the holder as stated.
    function restatedWith(AccountWord word, AccountWord facts) internal pure returns (AccountWord) {
        return _merge(word, facts, KEPT | OF_ACCOUNT);
    }

    /// @notice An account of the holder with another custodian: what makes it worse is written and nothing else, so that a
    /// custodian's word can close another custodian's account and never open it. A residence that changed is written, and
    /// ends the account's eligibility until its own custodian has looked at it.
    function closedBy(AccountWord word, AccountWord facts) internal view returns (AccountWord) {
        uint40 until =
            facts.eligibleUntilOf() < word.eligibleUntilOf() ? facts.eligibleUntilOf() : word.eligibleUntilOf();
        if (facts.residenceOf() != word.residenceOf()) {
            word = word.withResidence(facts.residenceOf());
            if (until >= block.timestamp) until = uint40(block.timestamp - 1);
        }
        if (facts.lookThroughOf() != LookThrough.NoMainlandOwner) word = word.withLookThrough(facts.lookThroughOf());
        if (facts.categoryOf() == InvestorCategory.None) word = word.withCategory(InvestorCategory.None);
        if (facts.has(US_PERSON)) word = word.withFlag(US_PERSON);
        return word.withEligibleUntil(until);
    }

    /// @notice An account that turns out to be of the same holder as another one: what keeps the other from receiving whatever
    /// the class, a failed look-through, no category or a US person, keeps this one from it too. Its own custodian may state
    /// it again. Residence and end of eligibility stay, since neither statement is the later one.
    function sharing(AccountWord word, AccountWord other) internal pure returns (AccountWord) {
        if (word.lookThroughOf() == LookThrough.NoMainlandOwner) word = word.withLookThrough(other.lookThroughOf());
        if (other.categoryOf() == InvestorCategory.None) word = word.withCategory(InvestorCategory.None);
        if (other.has(US_PERSON)) word = word.withFlag(US_PERSON);
        return word;
    }

    /// @notice Whether nothing changed but that eligibility lasts as long as before or longer. What a note remembers of such
    /// an account stays true.
    function isExtension(AccountWord word, AccountWord before) internal pure returns (bool) {
        bool isSame = AccountWord.unwrap(word.withEligibleUntil(0)) == AccountWord.unwrap(before.withEligibleUntil(0));
        return isSame && word.eligibleUntilOf() >= before.eligibleUntilOf();
    }

    function _merge(AccountWord word, AccountWord facts, uint256 kept) private pure returns (AccountWord) {
        return AccountWord.wrap((AccountWord.unwrap(facts) & ~kept) | (AccountWord.unwrap(word) & kept));
    }
}
