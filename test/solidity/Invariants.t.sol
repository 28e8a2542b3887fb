// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {Campaign} from "./Campaign.sol";
import {vm} from "./Vm.sol";

/// @dev What the runner asks for: which functions of which contract are steps.
struct FuzzSelector {
    address addr;
    bytes4[] selectors;
}

/// @notice One run of the campaign: as many steps as the runner is told, every invariant after each of them.
contract InvariantsTest {
    Campaign private _campaign;

    function setUp() public {
        _campaign = new Campaign();
    }

    function targetContracts() public view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(_campaign);
    }

    /// @dev The handlers; how often one stands here is how often it is taken.
    function targetSelectors() public view returns (FuzzSelector[] memory targets) {
        bytes4[23] memory handlers = [
            _campaign.move.selector,
            _campaign.move.selector,
            _campaign.transfer.selector,
            _campaign.transfer.selector,
            _campaign.moveMany.selector,
            _campaign.approve.selector,
            _campaign.issue.selector,
            _campaign.reportOrRecheck.selector,
            _campaign.wait_.selector,
            _campaign.declareRecordDate.selector,
            _campaign.stateFacts.selector,
            _campaign.matchOrReassign.selector,
            _campaign.license.selector,
            _campaign.endOrGrantRole.selector,
            _campaign.stop.selector,
            _campaign.keepOrLift.selector,
            _campaign.stateOmnibus.selector,
            _campaign.changeRules.selector,
            _campaign.fileOrder.selector,
            _campaign.actOnOrder.selector,
            _campaign.walk.selector,
            _campaign.disturb.selector,
            _campaign.intrude.selector
        ];
        bytes4[] memory selectors = new bytes4[](handlers.length);
        for (uint256 i; i < handlers.length; ++i) selectors[i] = handlers[i];
        targets = new FuzzSelector[](1);
        targets[0] = FuzzSelector(address(_campaign), selectors);
    }

    function invariant_law() public {
        _campaign.check();
    }

    /// @dev Leaves the counts of the run where the script reads them.
    function afterInvariant() public {
        vm.writeFile(
            vm.envString("NARROWGATE_INVARIANTS_FILE"),
            string.concat(
                '{"steps":',
                vm.toString(_campaign.steps()),
                ',"changes":',
                vm.toString(_campaign.changes()),
                "}"
            )
        );
    }
}
