/** What a filing may let happen under it, in the order of the ledger's `FilingPower`. */
export const filingPowers = ["issue", "transfer", "order", "pay", "redeem", "pledge"] as const;

export type FilingPower = (typeof filingPowers)[number];

interface FilingStateRow {
  /** Name as the API writes it; the ledger's name is the same in camel case with a capital. */
  readonly state: string;
  /** What the state means, one English sentence. */
  readonly text: string;
  /** The same sentence in Simplified Chinese. */
  readonly textZh: string;
  /** Who brings a filing into the state. */
  readonly enteredBy: string;
  /** What may happen while a filing is in the state. */
  readonly powers: readonly FilingPower[];
}

/**
 * Every state of a filing, in the order of the ledger's `FilingState` after None (R-F4).
 * `contracts/libraries/FilingPowers.sol` and `docs/filing-states.md` are generated from this table, so that no contract
 * judges a state by a rule of its own.
 */
export const filingStateTable = [
  {
    state: "draft",
    text: "A version of the filing is being put together and examined.",
    textZh: "备案材料正在编制和审查，尚未提交。",
    enteredBy: "Filing entity",
    powers: ["pledge"],
  },
  {
    state: "submitted",
    text: "Filing entity and registrar state that this version was handed in.",
    textZh: "备案主体与登记机构均已确认本版本材料已提交。",
    enteredBy: "Filing entity, countersigned by the registrar",
    powers: ["pledge"],
  },
  {
    state: "supplement-requested",
    text: "Further material was asked for; only a new version leads on.",
    textZh: "已被要求补充材料，须提交新版本。",
    enteredBy: "Registrar",
    powers: ["pledge"],
  },
  {
    state: "attested",
    text: "One attester stated evidence that the filing was published; a second one is missing.",
    textZh: "一名见证方已提交公示证据，尚待第二名见证方确认。",
    enteredBy: "First attester",
    powers: ["pledge"],
  },
  {
    state: "recorded",
    text: "Two attesters signed equal evidence of publication: recorded filing evidence.",
    textZh: "两名见证方已签署一致的公示证据，即备案证据已登记。",
    enteredBy: "Second attester, another party",
    powers: ["issue", "transfer", "order", "pay", "redeem", "pledge"],
  },
  {
    state: "issued-reported",
    text: "Completion of issuance was reported; nothing more is issued.",
    textZh: "发行完成情况已报告，不得继续发行。",
    enteredBy: "Filing entity",
    powers: ["transfer", "order", "pay", "redeem", "pledge"],
  },
  {
    state: "suspended",
    text: "A recorded filing stands under a stop whose time has not passed; payments are held.",
    textZh: "备案处于暂停期内，应付款项予以留存。",
    enteredBy: "Registrar or regulator; ends by the clock",
    powers: ["order", "pledge"],
  },
  {
    state: "refused",
    text: "The filing was refused for good.",
    textZh: "备案已被拒绝，为终局状态。",
    enteredBy: "Registrar",
    powers: [],
  },
  {
    state: "withdrawn",
    text: "The filing entity took the filing back for good.",
    textZh: "备案主体已撤回备案，为终局状态。",
    enteredBy: "Filing entity",
    powers: [],
  },
  {
    state: "lapsed",
    text: "The issuance window closed before the filing was recorded.",
    textZh: "发行期届满时备案仍未登记，备案失效。",
    enteredBy: "The clock",
    powers: [],
  },
  {
    state: "revoked",
    text: "The filing was revoked for good; holders keep their claims.",
    textZh: "备案已被撤销，持有人的权益不受影响。",
    enteredBy: "Registrar or regulator, with two approvers",
    powers: ["order", "pay", "redeem", "pledge"],
  },
  {
    state: "closed",
    text: "No units are left, and the final report was given.",
    textZh: "存续份额为零，清算报告已提交，备案关闭。",
    enteredBy: "Filing entity, countersigned by the registrar",
    powers: [],
  },
] as const satisfies readonly FilingStateRow[];

export type FilingState = (typeof filingStateTable)[number]["state"];

/** The states as the API names them. */
export const filingStates = filingStateTable.map(({ state }) => state) as [FilingState, ...FilingState[]];
