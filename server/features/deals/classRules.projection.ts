import { decodeTerms } from "../../chain/termsDecoder.ts";
import type { LedgerEvent } from "../../chain/events.ts";
import type { RuleTerms } from "../../domain/dealTerms.ts";
import type { Hex } from "../../domain/hex.ts";
import type { Projection } from "../../indexer/projection.ts";
import { toBytes } from "../../store/hex.ts";

const ddl = `
-- The rules of a class: the first row as filed, each later one as changed.
create table readmodel.class_rules (
  deal_id bytea not null,
  class_index int not null,
  rules jsonb not null, -- RuleTerms
  operation_ref bytea, -- null: as filed
  evidence_hash bytea, -- null: as filed
  block_number bigint not null,
  log_index int not null,
  at bigint not null,
  primary key (deal_id, class_index, block_number, log_index)
);
`;

/** What each class was bound by at any time. */
export const classRulesProjection: Projection = {
  name: "classRules",
  ddl,
  handlers: {
    "DealRegistry.DealCreated": async (tx, { args, blockNumber, logIndex, timestamp }) => {
      const { classes } = decodeTerms(args.terms);
      await tx.query({
        name: "classRules.file",
        text: `insert into readmodel.class_rules (deal_id, class_index, rules, block_number, log_index, at)
               select $1, n - 1, rules, $2, $3, $4 from unnest($5::jsonb[]) with ordinality as c(rules, n)`,
        values: [
          toBytes(args.deal),
          blockNumber,
          logIndex,
          timestamp,
          classes.map(({ rules }) => JSON.stringify(rulesOf(rules))),
        ],
      });
    },
    "ClassRules.RulesChanged": async (tx, { args, blockNumber, logIndex, timestamp }) => {
      await tx.query({
        name: "classRules.change",
        text: `insert into readmodel.class_rules
                 (deal_id, class_index, rules, operation_ref, evidence_hash, block_number, log_index, at)
               values ($1, $2, $3, $4, $5, $6, $7, $8)`,
        values: [
          toBytes(args.deal),
          args.classIndex,
          JSON.stringify(rulesOf(args.rules)),
          toBytes(args.operationRef),
          toBytes(args.evidenceHash),
          blockNumber,
          logIndex,
          timestamp,
        ],
      });
    },
  },
};

function rulesOf(rules: LedgerEvent<"ClassRules.RulesChanged">["args"]["rules"]): RuleTerms {
  return {
    lockUpSeconds: Number(rules.lockUpSeconds),
    complianceSeconds: Number(rules.complianceSeconds),
    minimumUnits: Number(rules.minimumUnits),
    maxHolders: Number(rules.maxHolders),
    residences: rules.residences.map(({ residence, categories }) => ({
      residence: residence as Hex,
      categories: Number(categories),
    })),
  };
}
