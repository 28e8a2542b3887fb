// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

/// @notice The invariants by number. docs/invariants.md is written from this file; the campaign names each where it is held.
/// @dev Numbers are never used again for something else.
library Laws {
    /// @notice The units of all accounts together are the supply, and that is what was issued less what was cancelled.
    uint256 internal constant SUPPLY = 1;

    /// @notice Each account holds exactly what the movements that went ahead brought and took; nothing else moves a unit.
    uint256 internal constant BALANCE = 2;

    /// @notice Money issued under a class is its units at face, and never more than the cap that was filed or the balance
    /// that was priced (R-F3).
    uint256 internal constant CAP = 3;

    /// @notice Units are issued exactly where the filing is recorded and not suspended, the deal is priced, the window is open,
    /// the completion report is not overdue, checks N3 and N4 were stated again in time, and every receiver may receive
    /// (R-F1, R-E1).
    uint256 internal constant ISSUANCE = 4;

    /// @notice The page says of every movement exactly what the requirements say of it, rule by rule (R-T1, R-T3).
    uint256 internal constant PAGE = 5;

    /// @notice A movement goes ahead exactly where the page says that nothing forbids it, whatever a note remembers.
    uint256 internal constant PAGE_AND_MOVEMENT = 6;

    /// @notice A movement that is refused says every reason that the page says.
    uint256 internal constant REASONS = 7;

    /// @notice What a note remembers never admits a receiver whom the rules refuse now: after each step the account that was
    /// touched and one other are tried as receivers.
    uint256 internal constant MEMORY = 8;

    /// @notice No account is registered for residence `CN`, and no statement brings one there (R-H2).
    uint256 internal constant NO_MAINLAND_ACCOUNT = 9;

    /// @notice No account of residence `CN` ever receives a unit (R-H2).
    uint256 internal constant NO_MAINLAND_RECEIPT = 10;

    /// @notice No account whose look-through failed, and no US person, ever receives a unit (R-H3, R-T3).
    uint256 internal constant NO_FAILED_RECEIPT = 11;

    /// @notice No account ever receives a unit after the last second of its eligibility (R-H6).
    uint256 internal constant NO_LAPSED_RECEIPT = 12;

    /// @notice No account receives a unit while it or its custodian is stopped, or the licence has run out (R-H7).
    uint256 internal constant NO_STOPPED_RECEIPT = 13;

    /// @notice No movement leaves an account with less than the minimum of its class.
    uint256 internal constant MINIMUM = 14;

    /// @notice The number of holders of a class is the number of holders with units, however many accounts they have.
    uint256 internal constant HOLDER_COUNT = 15;

    /// @notice What the register says of an account, and of its holder's accounts, is what was stated of it.
    uint256 internal constant REGISTER = 16;

    /// @notice What an account held at a record date that has closed never changes.
    uint256 internal constant RECORD_DATE = 17;

    /// @notice Frozen units of an account are the sum of the freezes in force, and nothing but these.
    uint256 internal constant FROZEN = 18;

    /// @notice The state of a filing is where the table leads from what was done with it (R-F4).
    uint256 internal constant FILING_STATE = 19;

    /// @notice A recorded filing was attested by two parties, neither of them its issuer, its filing entity or a registrar
    /// (R-F2).
    uint256 internal constant TWO_ATTESTERS = 20;

    /// @notice An asset backs at most one live pool (R-A2).
    uint256 internal constant ONE_LIVE_POOL = 21;

    /// @notice Issuance, pause and periods of a note stand as its filing, its orders and its rules say.
    uint256 internal constant STANDING = 22;

    /// @notice Forbidden: to register an account that is not eligible, twice, or by somebody else than an active custodian.
    uint256 internal constant REGISTRATION = 30;

    /// @notice Forbidden: to state facts of another custodian's account, of another holder, or facts without a meaning.
    uint256 internal constant STATEMENT_OF_FACTS = 31;

    /// @notice Forbidden: to join accounts without knowing both holders, or accounts that have one holder already.
    uint256 internal constant HOLDER = 32;

    /// @notice Forbidden: to take an account from its custodian without that one's word or a decision of three parties.
    uint256 internal constant REASSIGNMENT = 33;

    /// @notice Forbidden: to license by anybody but the registrar, or a party without the role; the licence ends with the role.
    uint256 internal constant LICENCE = 34;

    /// @notice Forbidden: to stop for longer than 72 hours by one key, to renew such stops in turn, to use an order twice, or to
    /// lift another stop than the one that stands.
    uint256 internal constant STOP = 35;

    /// @notice Forbidden: to make a decision by fewer than three parties, by one party twice, by a party without the role, or
    /// before it has rested.
    uint256 internal constant DECISION = 36;

    /// @notice Forbidden: an allowance by an account whose key a custodian keeps, or to somebody who is no active custodian.
    uint256 internal constant ALLOWANCE = 37;

    /// @notice Forbidden: every transition of a filing that is not in the table (R-F4).
    uint256 internal constant FILING_TABLE = 38;

    /// @notice Forbidden: to hand a filing in before all checks passed, the heads are sound, the permits are declared and a pool
    /// with assets is recorded, or by one party alone.
    uint256 internal constant HANDING_IN = 39;

    /// @notice Forbidden: findings by a party of the filing, about a version that is not a draft, or without a meaning.
    uint256 internal constant EXAMINATION = 40;

    /// @notice Forbidden: to state checks N3 and N4 again by anybody but an assessor, or where nothing may be issued.
    uint256 internal constant RECHECK = 41;

    /// @notice Forbidden: to report completion before anything was issued, or twice.
    uint256 internal constant DUTY = 42;

    /// @notice Forbidden: to change the rules of a class by fewer than three parties, before the change has rested, or to rules
    /// that make no sense (R-T4).
    uint256 internal constant RULES = 43;

    /// @notice Forbidden: to file an order by anybody but registrar and regulator, or about accounts that do not exist (R-O1).
    uint256 internal constant ORDER = 44;

    /// @notice Forbidden: to freeze or release by fewer than three parties, under an order that expired, or twice.
    uint256 internal constant FREEZE = 45;

    /// @notice Forbidden: to force units by fewer than three parties, to an account that may not receive, to the sender itself, or
    /// from under a freeze that the order does not name (R-O2).
    uint256 internal constant FORCE = 46;

    /// @notice Forbidden: to recover units to another holder, from an account that is stopped, or from under a freeze.
    uint256 internal constant RECOVER = 47;

    /// @notice Forbidden: to pause a class for longer than 72 hours by one key (R-O4).
    uint256 internal constant PAUSE = 48;

    /// @notice Forbidden: to state an omnibus account before the record date has closed, with another sum than it held, for the
    /// mainland, or by anybody but its custodian (R-H8).
    uint256 internal constant OMNIBUS_STATEMENT = 49;

    /// @notice Forbidden: to call what belongs to a module of the registry by any key, registrar and regulator included (R-O3).
    uint256 internal constant MODULES_ONLY = 50;

    /// @notice A refusal is an error with a name, never a panic and never silence.
    uint256 internal constant NAMED_REFUSAL = 51;
}
