// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

/// @notice What each restriction means, in English. Notes ask it for the messages of ERC-1404, so that the texts are on the
/// ledger once.
/// @dev Generated from server/domain/restrictions.ts by `node scripts/generate.ts`; edit that table instead.
contract RestrictionTexts {
    /// @notice The sentence of a reason by its number; empty where no reason has that number.
    function textOf(uint256 number) external pure returns (string memory) {
        if (number == 0) return "The filing of this deal has not been recorded.";
        if (number == 1) return "The filing of this deal is suspended.";
        if (number == 2) return "The filing of this deal has been revoked.";
        if (number == 3) return "The issuance window of the filing is not open.";
        if (number == 4) return "The fields of the deal that were open at pricing have not been filled.";
        if (number == 5) return "The class is paused by order.";
        if (number == 6) return "A report that is due after issuance under the filing is overdue.";
        if (number == 7) return "The checks that must be repeated before each issuance have not been repeated in time.";
        if (number == 8) return "Sender and receiver are the same account.";
        if (number == 9) return "The movement is of no units.";
        if (number == 10) return "The sender holds fewer units than the movement asks for.";
        if (number == 11) return "The sending account is not in the holder registry.";
        if (number == 12) return "The sending account is stopped.";
        if (number == 13) return "The receiving account is not in the holder registry.";
        if (number == 14) return "The receiving account is stopped.";
        if (number == 15) return "The receiving account's holder resides in the Chinese mainland.";
        if (number == 16)
            return "Looking through the receiving account's holder has not excluded mainland owners and control.";
        if (number == 17) return "The receiving account's eligibility has run out, so it may send but not receive.";
        if (number == 18) return "This class does not admit the investor category of the receiving account.";
        if (number == 19) return "The custodian of the receiving account is stopped or its licence has run out.";
        if (number == 20)
            return "The key that moves is neither of the sending account's custodian nor the account's own.";
        if (number == 21) return "The custodian that moves is stopped or its licence has run out.";
        if (number == 22) return "Orders hold some of the sender's units, and too few are free.";
        if (number == 23) return "The lock-up of the class has not ended.";
        if (number == 24) return "The distribution-compliance period of the class has not ended.";
        if (number == 25)
            return "Nobody has set the distribution-compliance period of the class, so nothing is transferred.";
        if (number == 26) return "The movement, or what it leaves to either side, is below the minimum of the class.";
        if (number == 27) return "The class has as many holders as its rules allow.";
        if (number == 28)
            return "The rules of the class do not admit this investor category from the receiver's residence.";
        if (number == 29) return "The receiving account's holder is a US person.";
        if (number == 30) return "The statement of the receiving omnibus account for the last record date is missing.";
        if (number == 31) return "The receiving account takes no units free of payment from another custodian.";
        if (number == 32) return "The filing of this deal is closed.";
        return "";
    }
}
