/**
 * Kinds of documents of a filing bundle. The first five are the content that the Guidelines ask for; what
 * follows is expected by practice; `DEAL_DOCUMENT` is the one that the terms on the ledger are taken from.
 */
export const documentTypes = [
  "FILING_REPORT",
  "OFFSHORE_ISSUANCE_DOCS",
  "FILER_INFO",
  "ASSET_INFO",
  "TOKEN_PLAN",
  "UNDERTAKING",
  "LEGAL_OPINION_PRC",
  "LEGAL_OPINION_OVERSEAS",
  "DUE_DILIGENCE_REPORT",
  "ASSET_LIST",
  "TITLE_EVIDENCE",
  "TRANSFER_AGREEMENT",
  "SERVICING_AGREEMENT",
  "CASH_FLOW_FORECAST",
  "VALUATION_REPORT",
  "AUDIT_REPORT",
  "RATING_REPORT",
  "ISSUER_CONSTITUTION",
  "CUSTODY_AGREEMENT",
  "TRUST_AGREEMENT",
  "PAYING_AGENCY_AGREEMENT",
  "LEDGER_DESCRIPTION",
  "CONTRACT_AUDIT_REPORT",
  "FX_REGISTRATION",
  "DATA_EXPORT_ASSESSMENT",
  "SECTOR_OPINION",
  "NEGATIVE_LIST_CHECK",
  "INTERMEDIARY_STATEMENT",
  "PUBLICATION_CAPTURE",
  "DEAL_DOCUMENT",
  "OTHER",
] as const;

export type DocumentType = (typeof documentTypes)[number];
