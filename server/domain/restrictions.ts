/** A reason that forbids a movement of units: one bit of the set that a note answers. */
export interface Restriction {
  /** Position of the bit in the set; never given to another reason, also when one is retired. */
  readonly number: number;
  /** Stable name, the same on the ledger, in the API and in documents. */
  readonly code: string;
  /** What forbids the movement, one English sentence. */
  readonly text: string;
  /** The same sentence in Simplified Chinese. */
  readonly textZh: string;
  /** What somebody can do about it. */
  readonly remedy: string;
  /** Reason code of ISO 20022 that custodians put into their messages; null where none fits. */
  readonly iso20022: string | null;
}

/**
 * Every reason, in order of its bit. `contracts/libraries/Restrictions.sol` and `docs/restrictions.md` are generated
 * from this table, so that ledger, API and documents cannot name a reason differently.
 */
export const restrictions: readonly Restriction[] = [
  {
    number: 0,
    code: "FILING_NOT_RECORDED",
    text: "The filing of this deal has not been recorded.",
    textZh: "本项目的备案尚未登记。",
    remedy: "Wait until two attesters have attested equal evidence that the filing was published.",
    iso20022: null,
  },
  {
    number: 1,
    code: "FILING_SUSPENDED",
    text: "The filing of this deal is suspended.",
    textZh: "本项目的备案处于暂停状态。",
    remedy: "Wait until the suspension is lifted or its time has passed.",
    iso20022: null,
  },
  {
    number: 2,
    code: "FILING_REVOKED",
    text: "The filing of this deal has been revoked.",
    textZh: "本项目的备案已被撤销。",
    remedy: "None: a revoked filing stays revoked.",
    iso20022: null,
  },
  {
    number: 3,
    code: "ISSUANCE_WINDOW_CLOSED",
    text: "The issuance window of the filing is not open.",
    textZh: "当前不在备案所列的发行期内。",
    remedy: "Issue between the first and the last second of the window that was filed.",
    iso20022: null,
  },
  {
    number: 4,
    code: "DEAL_NOT_PRICED",
    text: "The fields of the deal that were open at pricing have not been filled.",
    textZh: "本项目待定价的条款尚未确定。",
    remedy: "Issuer and trustee each price the deal with equal values inside the filed bounds.",
    iso20022: null,
  },
  {
    number: 5,
    code: "CLASS_PAUSED",
    text: "The class is paused by order.",
    textZh: "本类别票据已依指令暂停流转。",
    remedy: "Wait until the pause is lifted or its time has passed.",
    iso20022: null,
  },
  {
    number: 6,
    code: "REPORT_OVERDUE",
    text: "A report that is due after issuance under the filing is overdue.",
    textZh: "备案项下应报送的发行后报告已逾期。",
    remedy: "The filing entity reports the completed issuance first.",
    iso20022: null,
  },
  {
    number: 7,
    code: "RECHECK_MISSING",
    text: "The checks that must be repeated before each issuance have not been repeated in time.",
    textZh: "每次发行前须重新核查的事项未在规定时间内重新核查。",
    remedy: "Have the assessor repeat these checks, then issue.",
    iso20022: null,
  },
  {
    number: 8,
    code: "SAME_ACCOUNT",
    text: "Sender and receiver are the same account.",
    textZh: "转出账户与转入账户为同一账户。",
    remedy: "Name another account as receiver.",
    iso20022: null,
  },
  {
    number: 9,
    code: "UNITS_ZERO",
    text: "The movement is of no units.",
    textZh: "转让份额为零。",
    remedy: "Move at least one unit.",
    iso20022: null,
  },
  {
    number: 10,
    code: "UNITS_INSUFFICIENT",
    text: "The sender holds fewer units than the movement asks for.",
    textZh: "转出账户持有的份额不足。",
    remedy: "Move no more units than the account holds.",
    iso20022: "LACK",
  },
  {
    number: 11,
    code: "SENDER_NOT_REGISTERED",
    text: "The sending account is not in the holder registry.",
    textZh: "转出账户未在持有人登记册登记。",
    remedy: "Name an account that a custodian has registered.",
    iso20022: "SAFE",
  },
  {
    number: 12,
    code: "SENDER_STOPPED",
    text: "The sending account is stopped.",
    textZh: "转出账户已被暂停收付。",
    remedy: "Wait until the stop is lifted or its time has passed.",
    iso20022: "BLOC",
  },
  {
    number: 13,
    code: "RECEIVER_NOT_REGISTERED",
    text: "The receiving account is not in the holder registry.",
    textZh: "转入账户未在持有人登记册登记。",
    remedy: "Have a custodian register the receiving account first.",
    iso20022: "SAFE",
  },
  {
    number: 14,
    code: "RECEIVER_STOPPED",
    text: "The receiving account is stopped.",
    textZh: "转入账户已被暂停收付。",
    remedy: "Wait until the stop is lifted or its time has passed.",
    iso20022: "BLOC",
  },
  {
    number: 15,
    code: "RECEIVER_ONSHORE",
    text: "The receiving account's holder resides in the Chinese mainland.",
    textZh: "转入账户的持有人居住地为中国内地。",
    remedy: "None: notes are held overseas only.",
    iso20022: "NAUT",
  },
  {
    number: 16,
    code: "RECEIVER_LOOK_THROUGH_FAILED",
    text: "Looking through the receiving account's holder has not excluded mainland owners and control.",
    textZh: "对转入账户持有人的穿透核查未能排除内地权益持有人或控制人。",
    remedy: "The receiver's custodian completes the look-through and updates the account.",
    iso20022: "NAUT",
  },
  {
    number: 17,
    code: "RECEIVER_LAPSED",
    text: "The receiving account's eligibility has run out, so it may send but not receive.",
    textZh: "转入账户的合资格期限已届满，仅可转出，不可转入。",
    remedy: "The receiver's custodian renews the evidence and updates the account.",
    iso20022: "NAUT",
  },
  {
    number: 18,
    code: "RECEIVER_CATEGORY_NOT_ADMITTED",
    text: "This class does not admit the investor category of the receiving account.",
    textZh: "本类别票据不接纳转入账户所属的投资者类别。",
    remedy: "Name a receiver of a category that the terms of the class admit.",
    iso20022: "NAUT",
  },
  {
    number: 19,
    code: "RECEIVER_CUSTODIAN_INACTIVE",
    text: "The custodian of the receiving account is stopped or its licence has run out.",
    textZh: "转入账户的托管人已被暂停或其牌照已到期。",
    remedy: "Wait until the registrar renews the licence or the stop of the custodian ends.",
    iso20022: "NAUT",
  },
  {
    number: 20,
    code: "OPERATOR_NOT_ENTITLED",
    text: "The key that moves is neither of the sending account's custodian nor the account's own.",
    textZh: "操作密钥既不属于转出账户的托管人，也不是该账户自身的密钥。",
    remedy: "Have the custodian of the sending account make the movement.",
    iso20022: "NAUT",
  },
  {
    number: 21,
    code: "OPERATOR_CUSTODIAN_INACTIVE",
    text: "The custodian that moves is stopped or its licence has run out.",
    textZh: "操作方托管人已被暂停或其牌照已到期。",
    remedy: "Wait until the registrar renews the licence or the stop of the custodian ends.",
    iso20022: "NAUT",
  },
  {
    number: 22,
    code: "UNITS_FROZEN",
    text: "Orders hold some of the sender's units, and too few are free.",
    textZh: "转出账户部分份额已被指令冻结，可用份额不足。",
    remedy: "Move no more units than are free, or wait until the freeze is released.",
    iso20022: "BLOC",
  },
  {
    number: 23,
    code: "LOCKED_UP",
    text: "The lock-up of the class has not ended.",
    textZh: "本类别票据的锁定期尚未届满。",
    remedy: "Wait until the lock-up has ended.",
    iso20022: "NAUT",
  },
  {
    number: 24,
    code: "COMPLIANCE_PERIOD",
    text: "The distribution-compliance period of the class has not ended.",
    textZh: "本类别票据的分销合规期尚未届满。",
    remedy: "Wait until the distribution-compliance period has ended.",
    iso20022: "NAUT",
  },
  {
    number: 25,
    code: "COMPLIANCE_PERIOD_UNSET",
    text: "Nobody has set the distribution-compliance period of the class, so nothing is transferred.",
    textZh: "本类别票据的分销合规期尚未设定，故不得转让。",
    remedy: "Have the rules of the class changed to name the period that counsel has stated.",
    iso20022: "NAUT",
  },
  {
    number: 26,
    code: "BELOW_MINIMUM",
    text: "The movement, or what it leaves to either side, is below the minimum of the class.",
    textZh: "转让份额或任一方转让后的份额低于本类别票据的最低份额。",
    remedy: "Move the minimum or more, and leave either side with nothing or at least the minimum.",
    iso20022: null,
  },
  {
    number: 27,
    code: "HOLDER_LIMIT",
    text: "The class has as many holders as its rules allow.",
    textZh: "本类别票据的持有人数已达上限。",
    remedy: "Name a receiver whose holder holds units of this class already.",
    iso20022: null,
  },
  {
    number: 28,
    code: "RECEIVER_RESIDENCE_NOT_ADMITTED",
    text: "The rules of the class do not admit this investor category from the receiver's residence.",
    textZh: "本类别票据的规则不接纳转入账户居住地的该类投资者。",
    remedy: "Name a receiver that the rules of the class admit.",
    iso20022: "NAUT",
  },
  {
    number: 29,
    code: "RECEIVER_US_PERSON",
    text: "The receiving account's holder is a US person.",
    textZh: "转入账户的持有人为美国人士。",
    remedy: "None while the holder is a US person.",
    iso20022: "NAUT",
  },
  {
    number: 30,
    code: "RECEIVER_STATEMENT_DUE",
    text: "The statement of the receiving omnibus account for the last record date is missing.",
    textZh: "转入综合账户尚未就最近登记日提交持有明细声明。",
    remedy: "The receiver's custodian states the totals of the account at that record date.",
    iso20022: "NAUT",
  },
  {
    number: 31,
    code: "RECEIVER_DELIVERY_NOT_ACCEPTED",
    text: "The receiving account takes no units free of payment from another custodian.",
    textZh: "转入账户不接受其他托管人的无付款交割。",
    remedy: "Have the receiver's custodian accept free delivery, or settle against payment.",
    iso20022: "NAUT",
  },
  {
    number: 32,
    code: "FILING_CLOSED",
    text: "The filing of this deal is closed.",
    textZh: "本项目的备案已终结。",
    remedy: "None: a closed filing stays closed.",
    iso20022: null,
  },
];

/** Thrown when a set of reasons has a bit that the table does not know, as after a ledger newer than this server. */
export class UnknownRestrictionError extends Error {
  override readonly name = "UnknownRestrictionError";

  constructor(bits: bigint) {
    super(`The set of restrictions has bits that no known reason stands for: 0x${bits.toString(16)}.`);
  }
}

/**
 * Lists the reasons of a set in order of their numbers.
 * @param bits Set of reasons as a note answers it; 0n is the empty set.
 * @throws UnknownRestrictionError when a bit stands for no reason, or the set is negative.
 */
export function restrictionsOf(bits: bigint): Restriction[] {
  const found = restrictions.filter(({ number }) => (bits >> BigInt(number)) & 1n);
  const known = found.reduce((set, { number }) => set | (1n << BigInt(number)), 0n);
  if (known !== bits) throw new UnknownRestrictionError(bits < 0n ? bits : bits & ~known);
  return found;
}
