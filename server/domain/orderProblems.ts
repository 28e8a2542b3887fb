/** A row of a table of problems: HTTP status, title, what the caller can do, and the contract errors that mean the same. */
export type ProblemRow = readonly [status: number, title: string, fix: string, ...contractErrors: string[]];

/** Problems of orders of authorities and of changes of a class's rules, a part of the table in `server/errors.ts`. */
// prettier-ignore
export const orderProblems = {
  // Rules of a class
  "rules-malformed": [422, "A field of the rules makes no sense for the class.",
    "Correct `field`.", "ClassRules_Malformed"],
  "rules-grounds-missing": [422, "The hash of the grounds or the reference of the decision is empty.",
    "Give both.", "ClassRules_ReferenceMissing"],
  "rules-overtaken": [409, "Another change of the rules has taken effect since this one was proposed.",
    "Propose it again under a new reference.", "ClassRules_Overtaken"],
  "rules-delay-out-of-range": [422, "Changes of rules would rest longer than the registry allows.",
    "Deploy with a shorter rest.", "ClassRules_DelayOutOfRange"],

  // Orders of authorities
  "order-malformed": [422, "A field of the order makes no sense for its kind.",
    "Correct `field`.", "Orders_Malformed"],
  "order-exists": [409, "The party has filed an order under this reference.",
    "Read that order, or use a new reference.", "Orders_DuplicateOrder"],
  "unknown-order": [404, "No order has this id.",
    "Check the id.", "Orders_UnknownOrder"],
  "order-unknown-note": [404, "The order concerns what is no note of a class.",
    "Name the note of a class.", "Orders_UnknownNote"],
  "order-unknown-account": [404, "The order concerns an account that is not registered.",
    "Name a registered account.", "Orders_UnknownAccount"],
  "order-other-kind": [422, "The order asks for something else.",
    "Do what `kind` says, or have another order filed.", "Orders_OtherKind"],
  "order-other-state": [409, "The order has been carried out, or the freeze is not in force.",
    "Read the order for its state.", "Orders_OtherState"],
  "order-expired": [422, "The order has expired; nothing new may be done under it.",
    "Have a new order filed.", "Orders_Expired"],
  "order-same-account": [422, "An order cannot move units from an account to itself.",
    "Name another destination; a freeze is ended by its own command.", "Orders_SameAccount"],
  "order-other-holder": [422, "Units are recovered only to an account of the same holder.",
    "Have the accounts joined first, or have an order filed that forces the movement.", "Orders_OtherHolder"],
  "order-account-stopped": [422, "The account is stopped; recovery does not reach it.",
    "Have the stop lifted first, or have an order filed that forces the movement.", "Orders_AccountStopped"],
  "order-grounds-missing": [422, "A release names no grounds.",
    "Give the hash of the grounds.", "Orders_GroundsMissing"],
} as const satisfies Record<string, ProblemRow>;
