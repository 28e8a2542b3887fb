// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {DealId} from "../types/Ids.sol";

/// @notice The roles of parties. Each is the keccak256 of its name.
library Roles {
    bytes32 internal constant REGISTRAR = keccak256("REGISTRAR");
    bytes32 internal constant REGULATOR = keccak256("REGULATOR");
    bytes32 internal constant ATTESTER = keccak256("ATTESTER");
    bytes32 internal constant APPROVER = keccak256("APPROVER");
    bytes32 internal constant CUSTODIAN = keccak256("CUSTODIAN");
    bytes32 internal constant FILING_ENTITY = keccak256("FILING_ENTITY");
    bytes32 internal constant ISSUER = keccak256("ISSUER");
    bytes32 internal constant TRUSTEE = keccak256("TRUSTEE");
    bytes32 internal constant PAYING_AGENT = keccak256("PAYING_AGENT");
    bytes32 internal constant SERVICER = keccak256("SERVICER");
    bytes32 internal constant ASSESSOR = keccak256("ASSESSOR");

    /// @notice Whether a role is one of the named ones.
    function isNamed(bytes32 role) internal pure returns (bool) {
        return
            role == REGISTRAR ||
            role == REGULATOR ||
            role == ATTESTER ||
            role == APPROVER ||
            role == CUSTODIAN ||
            role == FILING_ENTITY ||
            role == ISSUER ||
            role == TRUSTEE ||
            role == PAYING_AGENT ||
            role == SERVICER ||
            role == ASSESSOR;
    }

    /// @notice The roles that a party with this role may not hold as well. Registrar, regulator, attesters and approvers
    /// control; custodians, filing entities, issuers, servicers and paying agents are controlled. Trustees and assessors stand
    /// between.
    function oppositeOf(bytes32 role) internal pure returns (bytes32[] memory opposite) {
        bool isControl = role == REGISTRAR || role == REGULATOR || role == ATTESTER || role == APPROVER;
        if (isControl) {
            opposite = new bytes32[](5);
            (opposite[0], opposite[1], opposite[2]) = (CUSTODIAN, FILING_ENTITY, ISSUER);
            (opposite[3], opposite[4]) = (SERVICER, PAYING_AGENT);
        } else if (role != TRUSTEE && role != ASSESSOR) {
            opposite = new bytes32[](4);
            (opposite[0], opposite[1], opposite[2], opposite[3]) = (REGISTRAR, REGULATOR, ATTESTER, APPROVER);
        }
    }

    /// @notice The id under which a role in one deal is kept.
    function ofDeal(DealId deal, bytes32 role) internal pure returns (bytes32) {
        return keccak256(abi.encode(deal, role));
    }
}
