// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {FilingState, IFilingRegistry} from "../../contracts/interfaces/IFilingRegistry.sol";
import {FilingId, PartyId} from "../../contracts/types/Ids.sol";
import {Examining} from "./Examining.sol";
import {Laws} from "./Laws.sol";

/// @notice Filings from the draft to the end, along the table and against it.
abstract contract Filings is Examining {
    uint256 internal constant FIXED_FILINGS = 5;
    uint256 internal constant WALKING_FILINGS = 3;
    uint40 private constant LIFETIME_SECONDS = 30 days;

    /// @dev A first half of something that two parties say together.
    struct Half {
        uint40 at;
        bytes32 content;
    }

    mapping(bytes32 matter => Half) private _halves;

    /// @notice A filing goes on, or somebody tries what its state does not admit.
    function walk(uint256 entropy) external step(entropy) {
        uint256 filing = FIXED_FILINGS + _roll(WALKING_FILINGS);
        FilingState state = _stateNow(filing);
        if (_isOver(state)) return _tryDraft(filing, _chance(90) ? FILING_ENTITY : uint16(_roll(PARTY_COUNT + 1)));
        uint256 kind = _roll(100);
        if (kind < 60) _goOn(filing, state);
        else if (kind < 80) _examinePart(filing);
        else _tryAnything(filing);
    }

    /// @notice Somebody tries something with a filing under which notes exist: most of it must be refused.
    function disturb(uint256 entropy) external step(entropy) {
        uint256 filing = _chance(60) ? 0 : _roll(FIXED_FILINGS);
        uint256 kind = _roll(10);
        if (kind < 4) _suspendKeepOrLift(filing);
        else if (kind == 4) _tryRefuse(filing);
        else if (kind == 5) _tryWithdraw(filing, FILING_ENTITY, filing != 2);
        else if (kind == 6) _tryLapse(filing);
        else if (kind == 7) _tryAttest(filing, ATTESTER_A, keccak256("late"));
        else if (kind == 8) _tryRequest(filing, filing != 2);
        else _tryClose(filing);
    }

    function _goOn(uint256 filing, FilingState state) private {
        Filed storage filed = _filed[filing];
        if (state == FilingState.Draft) {
            if (!filed.hasAssets || _chance(40)) _examine(filing);
            else _tryHandIn(filing);
        } else if (state == FilingState.Submitted || state == FilingState.Attested) {
            _tryAttest(filing, _chance(50) ? ATTESTER_A : ATTESTER_B, filed.termsHash);
        } else if (state == FilingState.SupplementRequested) {
            _trySupersede(filing, FILING_ENTITY);
        } else if (_chance(50)) {
            _suspendKeepOrLift(filing);
        } else {
            _tryClose(filing);
        }
    }

    function _tryAnything(uint256 filing) private {
        uint256 kind = _roll(11);
        if (kind == 0) _trySupersede(filing, _chance(80) ? FILING_ENTITY : OTHER_FILING_ENTITY);
        else if (kind == 1) _tryHandIn(filing);
        else if (kind == 2) _tryRequest(filing, false);
        else if (kind == 3) _tryAttest(filing, uint16(_roll(PARTY_COUNT + 1)), _filed[filing].termsHash);
        else if (kind == 4) _tryAttest(filing, ATTESTER_B, keccak256("other terms"));
        else if (kind == 5) _tryRefuse(filing);
        else if (kind == 6) _tryWithdraw(filing, _chance(80) ? FILING_ENTITY : ISSUER, false);
        else if (kind == 7) _tryLapse(filing);
        else if (kind == 8) _suspendKeepOrLift(filing);
        else if (kind == 9) _tryRevoke(filing);
        else _tryClose(filing);
    }

    function _isOver(FilingState state) private pure returns (bool) {
        return
            state == FilingState.None ||
            state == FilingState.Refused ||
            state == FilingState.Withdrawn ||
            state == FilingState.Closed;
    }

    function _submission(
        bytes32 termsHash,
        uint128[] memory caps,
        uint40 closesAt
    ) internal returns (IFilingRegistry.Submission memory) {
        return
            IFilingRegistry.Submission({
                bundleHash: _fresh("bundle"),
                termsHash: termsHash,
                capsMinor: caps,
                issuer: PartyId.wrap(ISSUER),
                windowOpensAt: uint40(BEGINS_AT - 1 days),
                windowClosesAt: closesAt
            });
    }

    function _rollSubmission() private returns (IFilingRegistry.Submission memory given, bool isSound) {
        uint128[] memory caps = new uint128[](1);
        caps[0] = 1_000_000;
        given = _submission(_fresh("terms"), caps, uint40(block.timestamp + 1 + _roll(20 days)));
        uint256 fault = _roll(30);
        if (fault == 0) given.issuer = PartyId.wrap(FILING_ENTITY);
        if (fault == 1) given.issuer = PartyId.wrap(SERVICER);
        if (fault == 2) given.windowClosesAt = uint40(block.timestamp);
        if (fault == 3) given.capsMinor = new uint128[](0);
        if (fault == 4) given.bundleHash = 0;
        isSound = fault > 4;
    }

    function _tryDraft(uint256 filing, uint16 by) private {
        (IFilingRegistry.Submission memory given, bool isSound) = _rollSubmission();
        bool isAllowed = isSound && (by == FILING_ENTITY || by == OTHER_FILING_ENTITY);
        bytes32 ref = _fresh("filing");
        bytes memory data = abi.encodeCall(IFilingRegistry.draft, (ref, given));
        bytes memory answer = _expect(Laws.FILING_TABLE, isAllowed, _key(by), address(_filings), data, "draft");
        // What another filing entity drafts is its own; the campaign goes on with those of one.
        if (isAllowed && by == FILING_ENTITY) _drafted(filing, abi.decode(answer, (FilingId)), 1, given);
    }

    function _trySupersede(uint256 filing, uint16 by) private {
        Filed storage filed = _filed[filing];
        (IFilingRegistry.Submission memory given, bool isSound) = _rollSubmission();
        bool isAllowed = isSound && by == FILING_ENTITY && _isUnrecorded(_stateNow(filing));
        bytes memory data = abi.encodeCall(IFilingRegistry.supersede, (filed.id, given));
        _expect(Laws.FILING_TABLE, isAllowed, _key(by), address(_filings), data, "new version");
        if (isAllowed) _drafted(filing, filed.id, filed.version + 1, given);
    }

    function _drafted(uint256 filing, FilingId id, uint16 version, IFilingRegistry.Submission memory given) internal {
        delete _filed[filing];
        Filed storage filed = _filed[filing];
        (filed.id, filed.version, filed.state) = (id, version, FilingState.Draft);
        (filed.bundleHash, filed.termsHash) = (given.bundleHash, given.termsHash);
        filed.windowClosesAt = given.windowClosesAt;
    }

    /// @dev The filing entity, then the registrar with the equal call.
    function _tryHandIn(uint256 filing) internal {
        bytes32 content = _chance(92) ? keccak256("receipt") : keccak256("another receipt");
        uint16 by =
            _chance(45)
                ? REGISTRAR
                : _chance(90)
                    ? FILING_ENTITY
                    : uint16(_roll(PARTY_COUNT + 1));
        Filed storage filed = _filed[filing];
        bool isReady =
            _stateNow(filing) == FilingState.Draft &&
                filed.checks == ALL_PASSED &&
                filed.soundHeads == ALL_HEADS &&
                filed.permitsDeclared == ALL_PERMITS &&
                filed.hasPool &&
                filed.hasAssets;
        bytes32 matter = keccak256(abi.encode("submit", filed.id, filed.version));
        bytes memory data = abi.encodeCall(IFilingRegistry.submit, (filed.id, filed.version, content));
        bool isDone = _trySecond(Laws.HANDING_IN, matter, content, by, isReady, data);
        if (isDone) filed.state = FilingState.Submitted;
    }

    function _tryClose(uint256 filing) private {
        Filed storage filed = _filed[filing];
        FilingState state = _stateNow(filing);
        bool isReady =
            state == FilingState.Recorded || state == FilingState.IssuedReported || state == FilingState.Revoked;
        bytes32 matter = keccak256(abi.encode("close", filed.id));
        uint16 by = _chance(50) ? REGISTRAR : FILING_ENTITY;
        // Units that are left keep a filing open, whoever asks.
        bool isHeld = filing < FIXED_FILINGS && by == REGISTRAR && _hasUnits(filing);
        bytes memory data = abi.encodeCall(IFilingRegistry.close, (filed.id, keccak256("final report")));
        if (isHeld) {
            _expect(Laws.FILING_TABLE, false, _key(by), address(_filings), data, "closing with units left");
            return;
        }
        if (filing < FIXED_FILINGS && by == REGISTRAR && isReady) return;
        bool isDone = _trySecond(Laws.FILING_TABLE, matter, keccak256("final report"), by, isReady, data);
        if (isDone) filed.state = FilingState.Closed;
    }

    function _hasUnits(uint256 filing) private view returns (bool) {
        for (uint256 i; i < _classes.length; ++i) {
            if (_classes[i].filing == filing && _classes[i].unitsIssued != 0) return true;
        }
        return false;
    }

    /// @return isDone Whether this was the second of two parties.
    function _trySecond(
        uint256 law,
        bytes32 matter,
        bytes32 content,
        uint16 by,
        bool isReady,
        bytes memory data
    ) private returns (bool isDone) {
        Half storage half = _halves[matter];
        bool isOpen = half.at != 0 && block.timestamp <= uint256(half.at) + LIFETIME_SECONDS;
        bool isFirst = by == FILING_ENTITY && !isOpen;
        isDone = isReady && by == REGISTRAR && isOpen && half.content == content;
        bool isAllowed = isDone || (isReady && isFirst);
        _expect(law, isAllowed, _key(by), address(_filings), data, "what filing entity and registrar say together");
        if (isAllowed && isFirst) _halves[matter] = Half(uint40(block.timestamp), content);
    }

    function _tryRequest(uint256 filing, bool mustFail) private {
        uint16 by = _chance(85) ? REGISTRAR : REGULATOR;
        FilingState state = _stateNow(filing);
        bool isPending = state == FilingState.Submitted || state == FilingState.Attested;
        bytes memory data = abi.encodeCall(
            IFilingRegistry.requestSupplement,
            (_filed[filing].id, keccak256("request"))
        );
        bool isAllowed = by == REGISTRAR && isPending && !mustFail;
        _expect(Laws.FILING_TABLE, isAllowed, _key(by), address(_filings), data, "request for a supplement");
        if (isAllowed) _filed[filing].state = FilingState.SupplementRequested;
    }

    /// @dev Two attesters say the same of the version that stands, each a party of its own.
    function _tryAttest(uint256 filing, uint16 by, bytes32 termsHash) internal {
        Filed storage filed = _filed[filing];
        IFilingRegistry.Evidence memory evidence = IFilingRegistry.Evidence(
            "2026-0042",
            "https://filings.example/2026-0042",
            _chance(90) ? keccak256("page") : keccak256("another page"),
            uint40(BEGINS_AT - 1 days)
        );
        uint16 version = _chance(95) ? filed.version : filed.version + 1;
        bytes32 content = keccak256(abi.encode(evidence));
        bool isSecond = filed.attester != 0 && block.timestamp <= uint256(filed.attestedAt) + LIFETIME_SECONDS;
        bool isOfThis = version == filed.version && termsHash == filed.termsHash;
        bool isAllowed = isOfThis && _mayAttest(filing, by) && (!isSecond || _mayRecord(filed, by, content));
        bytes memory data = abi.encodeCall(
            IFilingRegistry.attest,
            (filed.id, version, filed.bundleHash, termsHash, evidence)
        );
        _expect(Laws.TWO_ATTESTERS, isAllowed, _key(by), address(_filings), data, "attestation");
        if (!isAllowed) return;
        filed.state = isSecond ? FilingState.Recorded : FilingState.Attested;
        if (isSecond) return;
        (filed.attester, filed.attestedAt, filed.evidenceHash) = (by, uint40(block.timestamp), content);
    }

    function _mayAttest(uint256 filing, uint16 by) private view returns (bool) {
        FilingState state = _stateNow(filing);
        bool isPending = state == FilingState.Submitted || state == FilingState.Attested;
        return isPending && (by == ATTESTER_A || by == ATTESTER_B);
    }

    function _mayRecord(Filed storage filed, uint16 by, bytes32 content) private view returns (bool) {
        bool arePermitted = filed.permitsRequired & ~filed.permitsObtained == 0 && filed.hasTitle;
        return arePermitted && filed.attester != by && filed.evidenceHash == content;
    }

    function _tryRefuse(uint256 filing) private {
        FilingState state = _stateNow(filing);
        uint16 by = _chance(85) ? REGISTRAR : REGULATOR;
        bool isAllowed = by == REGISTRAR && _isUnrecorded(state) && state != FilingState.Draft;
        bytes memory data = abi.encodeCall(IFilingRegistry.refuse, (_filed[filing].id, keccak256("notice")));
        _expect(Laws.FILING_TABLE, isAllowed, _key(by), address(_filings), data, "refusal of a filing");
        if (isAllowed) _filed[filing].state = FilingState.Refused;
    }

    function _tryWithdraw(uint256 filing, uint16 by, bool mustFail) private {
        if (filing == 2) return;
        bool isAllowed = by == FILING_ENTITY && _isUnrecorded(_stateNow(filing)) && !mustFail;
        bytes memory data = abi.encodeCall(IFilingRegistry.withdraw, (_filed[filing].id, keccak256("reason")));
        _expect(Laws.FILING_TABLE, isAllowed, _key(by), address(_filings), data, "withdrawal");
        if (isAllowed) _filed[filing].state = FilingState.Withdrawn;
    }

    function _tryLapse(uint256 filing) private {
        Filed storage filed = _filed[filing];
        bool isAllowed = _stateNow(filing) == FilingState.Lapsed && filed.state != FilingState.Lapsed;
        bytes memory data = abi.encodeCall(IFilingRegistry.lapse, (filed.id));
        _expect(Laws.FILING_TABLE, isAllowed, _stranger(), address(_filings), data, "lapse");
        if (isAllowed) filed.state = FilingState.Lapsed;
    }

    function _tryRevoke(uint256 filing) internal {
        Filed storage filed = _filed[filing];
        bytes32 orderId = _rollOrder(FilingId.unwrap(filed.id));
        bool isAllowed = _isStanding(_stateNow(filing)) && _isUnused(FilingId.unwrap(filed.id), orderId);
        bytes memory data = abi.encodeCall(IFilingRegistry.revoke, (filed.id, orderId, keccak256("notice")));
        _expectDecision(Laws.FILING_TABLE, isAllowed, address(_filings), data, "revocation");
        if (isAllowed) filed.state = FilingState.Revoked;
    }

    function _suspendKeepOrLift(uint256 filing) private {
        Filed storage filed = _filed[filing];
        bytes32 subject = FilingId.unwrap(filed.id);
        bool isStanding = _isStanding(_stateNow(filing));
        uint256 kind = _roll(10);
        bytes32 orderId = kind < 6 ? _rollOrder(subject) : _series[subject].orderId;
        uint40 until = kind < 5 ? _rollEnd(subject) : uint40(block.timestamp + _roll(8 hours));
        if (kind < 5) {
            uint16 by = _chance(90) ? uint16(REGISTRAR + _roll(2)) : uint16(3 + _roll(PARTY_COUNT - 2));
            bool isAllowed = by <= REGULATOR && isStanding && _mayStop(subject, orderId, filed.suspendedUntil, until);
            bytes memory data = abi.encodeCall(IFilingRegistry.suspend, (filed.id, orderId, until, keccak256("basis")));
            _expect(Laws.FILING_TABLE, isAllowed, _key(by), address(_filings), data, "suspension");
            if (isAllowed) filed.suspendedUntil = _stopped(subject, orderId, filed.suspendedUntil, until);
        } else if (kind == 5) {
            bool isAllowed = isStanding && _mayKeep(subject, orderId, filed.suspendedUntil, until);
            bytes memory data = abi.encodeCall(
                IFilingRegistry.keepSuspended,
                (filed.id, orderId, until, keccak256("basis"))
            );
            _expectDecision(Laws.FILING_TABLE, isAllowed, address(_filings), data, "keeping a suspension");
            if (!isAllowed) return;
            _kept(subject, orderId);
            filed.suspendedUntil = until;
        } else {
            bool isAllowed = isStanding && _mayLift(subject, orderId, filed.suspendedUntil);
            bytes memory data = abi.encodeCall(IFilingRegistry.lift, (filed.id, orderId, keccak256("basis")));
            _expectDecision(Laws.FILING_TABLE, isAllowed, address(_filings), data, "lifting a suspension");
            if (!isAllowed) return;
            _series[subject] = Series(0, 0);
            filed.suspendedUntil = 0;
        }
    }
}
