// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {IERC20Metadata} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Metadata.sol";
import {ERC165} from "@openzeppelin/contracts/utils/introspection/ERC165.sol";
import {IERC1404} from "./interfaces/IERC1404.sol";
import {IERC7943Fungible} from "./interfaces/IERC7943.sol";
import {IHolderRegistry} from "./interfaces/IHolderRegistry.sol";
import {INote} from "./interfaces/INote.sol";
import {RecordDates} from "./libraries/RecordDates.sol";
import {Restrictions} from "./libraries/Restrictions.sol";
import {NoteBook} from "./NoteBook.sol";
import {RestrictionTexts} from "./RestrictionTexts.sol";
import {TransferRules} from "./TransferRules.sol";
import {NoteConfig} from "./types/NoteConfig.sol";

/// @notice What a note answers: its rules, the views of the standards, and its registers. See `INote`.
abstract contract NoteViews is NoteBook, ERC165 {
    using RecordDates for RecordDates.Register;

    /// @dev The operator's own standing, which neither standard below knows of.
    uint256 private constant OF_OPERATOR =
        Restrictions.OPERATOR_NOT_ENTITLED | Restrictions.OPERATOR_CUSTODIAN_INACTIVE;

    RestrictionTexts private immutable TEXTS;

    constructor(RestrictionTexts texts) {
        TEXTS = texts;
    }

    /// @inheritdoc INote
    function restrictionsOf(address operator, address from, address to, uint256 units) public view returns (uint256) {
        (TransferRules.Question memory asked, IHolderRegistry.TransferFacts memory facts) = _ask(
            operator,
            from,
            to,
            units
        );
        return TransferRules.restrictions(asked, facts);
    }

    /// @inheritdoc IERC7943Fungible
    function canSend(address account) external view returns (bool) {
        IHolderRegistry.TransferFacts memory facts = HOLDERS.factsOf(account, address(0), account);
        return TransferRules.restrictionsOfSender(facts.from, block.timestamp) == 0;
    }

    /// @inheritdoc IERC7943Fungible
    function canReceive(address account) external view returns (bool) {
        (TransferRules.Question memory asked, IHolderRegistry.TransferFacts memory facts) = _ask(
            address(0),
            address(0),
            account,
            0
        );
        return TransferRules.restrictionsOfReceiver(asked, facts.to, facts.licences.ofReceiver()) == 0;
    }

    /// @inheritdoc IERC7943Fungible
    function canTransfer(address from, address to, uint256 units) external view returns (bool) {
        return restrictionsOf(from, from, to, units) & ~(OF_OPERATOR | Restrictions.UNITS_INSUFFICIENT) == 0;
    }

    /// @inheritdoc IERC7943Fungible
    function getFrozenTokens(address account) external view returns (uint256) {
        return _register.lines[account].position.frozenOf();
    }

    /// @inheritdoc IERC1404
    function detectTransferRestriction(address from, address to, uint256 units) external view returns (uint8 code) {
        uint256 reasons = restrictionsOf(from, from, to, units) & ~OF_OPERATOR;
        if (reasons == 0) return 0;
        while (reasons & (1 << code) == 0) ++code;
        ++code;
    }

    /// @inheritdoc IERC1404
    function messageForTransferRestriction(uint8 code) external view returns (string memory) {
        return code == 0 ? "" : TEXTS.textOf(code - 1);
    }

    /// @inheritdoc INote
    function unitsAt(address account, uint24 recordDateId) external view returns (uint256) {
        _requireClosed(recordDateId);
        return _register.unitsAt(account, recordDateId);
    }

    /// @inheritdoc INote
    function holdingsAt(
        address[] calldata accounts,
        uint24 recordDateId
    ) external view returns (uint256[] memory holdings) {
        _requireClosed(recordDateId);
        holdings = new uint256[](accounts.length);
        for (uint256 i; i < accounts.length; ++i) {
            (uint256 units, uint256 index) = _register.holdingAt(accounts[i], recordDateId);
            holdings[i] = (units << 32) | index;
        }
    }

    /// @inheritdoc INote
    function recordDateCount() external view returns (uint24) {
        return _register.count;
    }

    /// @inheritdoc INote
    function recordDateClosesAt(uint24 recordDateId) external view returns (uint40) {
        return _register.closesAt[recordDateId];
    }

    /// @inheritdoc INote
    function lastClosedRecordDate() public view returns (uint24) {
        return _register.rolled(_config).recordDateIdOf();
    }

    /// @inheritdoc INote
    function standing() external view returns (Standing memory) {
        NoteConfig config = _config;
        return
            Standing({
                filingState: config.stateOf(),
                suspendedUntil: config.suspendedUntilOf(),
                pausedUntil: config.pausedUntilOf(),
                lockedUntil: config.lockedUntilOf(),
                complianceUntil: config.complianceUntilOf(),
                minimumUnits: config.minimumUnitsOf(),
                maxHolders: _rules.maxHolders,
                holders: _register.holders
            });
    }

    /// @inheritdoc ERC20
    function balanceOf(address account) public view override(ERC20, IERC20) returns (uint256) {
        return account == address(0) ? 0 : _register.lines[account].position.unitsOf();
    }

    /// @inheritdoc ERC20
    function totalSupply() public view override(ERC20, IERC20) returns (uint256) {
        return _register.lines[address(0)].position.unitsOf();
    }

    /// @inheritdoc ERC20
    function decimals() public pure override returns (uint8) {
        return 0;
    }

    /// @inheritdoc ERC165
    function supportsInterface(bytes4 interfaceId) public view override returns (bool) {
        return
            interfaceId == type(IERC20).interfaceId ||
            interfaceId == type(IERC20Metadata).interfaceId ||
            interfaceId == type(IERC7943Fungible).interfaceId ||
            interfaceId == type(IERC1404).interfaceId ||
            interfaceId == type(INote).interfaceId ||
            super.supportsInterface(interfaceId);
    }

    function _requireClosed(uint24 recordDateId) private view {
        bool isClosed = recordDateId != 0 && recordDateId <= lastClosedRecordDate();
        if (!isClosed) revert Note_RecordDateOpen(recordDateId);
    }
}
