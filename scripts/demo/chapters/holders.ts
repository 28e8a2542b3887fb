import { ACCOUNTS, holderReference, reference, type CastAccount } from "../cast.ts";
import { act, expectThat, instantIn, mustRefuse, type Stage } from "../stage.ts";

const YEAR_SECONDS = 365 * 86_400;

type Party = { party: string; name: string; roles: string[] };

/** Addresses of the cast's accounts by name. */
export type Addresses = Readonly<Record<string, string>>;

/** Who takes part; the registrar records the licences of the custodians. */
export async function meetParties(stage: Stage): Promise<void> {
  stage.narrator.chapter("1  Parties");
  const { items } = await stage.client.get<{ items: Party[] }>("registrar", "/v1/parties");
  stage.narrator.table(
    ["party", "name", "roles"],
    items.map(({ party, name, roles }) => [party, name, roles.join(", ")]),
  );
  for (const custodian of ["peak-custody", "merlion-custody"]) {
    await act(stage, {
      party: "registrar",
      step: `licence-${custodian}`,
      path: `/v1/custodians/${custodian}/licences`,
      body: () => ({ licensedUntil: instantIn(YEAR_SECONDS), evidenceHash: reference(`licence ${custodian}`) }),
      text: `Registrar records the licence of ${custodian}`,
    });
  }
}

function accountBody({ name, residence, category }: Omit<CastAccount, "custodian">, lookThrough = "no-mainland-owner") {
  return {
    accountRef: reference(`account ${name}`),
    holderRef: holderReference(name),
    residence,
    category,
    lookThrough,
    acceptsFreeDelivery: true,
    eligibleUntil: instantIn(YEAR_SECONDS / 2),
    evidenceCommitment: reference(`certification ${name}`),
  };
}

const REFUSED = [
  { name: "mainland", residence: "CN", text: "an account resident on the mainland", code: "residence-onshore" },
  { name: "lower-case", residence: "cn", text: "residence `cn`", code: "residence-malformed" },
  { name: "unassigned", residence: "QX", text: "an unassigned residence code", code: "residence-not-allowed" },
  { name: "unresolved", residence: "HK", text: "look-through unresolved", code: "look-through-failed" },
] as const;

/** Custodians register their clients' accounts; those that may not hold are refused, each with its reason. */
export async function registerAccounts(stage: Stage): Promise<Addresses> {
  stage.narrator.chapter("2  Accounts");
  for (const { name, residence, text, code } of REFUSED) {
    const lookThrough = name === "unresolved" ? "unresolved" : "no-mainland-owner";
    await mustRefuse(stage, {
      party: "peak-custody",
      step: `account-refused-${name}`,
      path: "/v1/accounts",
      body: () => accountBody({ name, residence, category: "other-institutional" }, lookThrough),
      text: `Peak Custody registers ${text}`,
      code,
    });
  }
  const addresses: Record<string, string> = {};
  for (const custodian of ["peak-custody", "merlion-custody"] as const) {
    const own = ACCOUNTS.filter((account) => account.custodian === custodian);
    await act(stage, {
      party: custodian,
      step: `accounts-${custodian}`,
      path: "/v1/account-batches",
      body: () => ({ accounts: own.map((account) => accountBody(account)) }),
      text: `${custodian} registers ${own.length} accounts (${[...new Set(own.map((a) => a.residence))].join(", ")})`,
    });
    const { items } = await stage.client.get<{ items: { account: string; accountRef: string }[] }>(
      custodian,
      "/v1/accounts?limit=200",
    );
    expectThat(items.length === own.length, `${custodian} sees its own ${own.length} accounts and no other.`);
    for (const { name } of own) {
      addresses[name] = items.find(({ accountRef }) => accountRef === reference(`account ${name}`))!.account;
    }
  }
  return addresses;
}
