import { Wallet, id } from "ethers";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { AccountAsOf, AccountList, CustodianList } from "../../server/features/holders/holders.schema.ts";
import { startCheckedStack } from "../support/checkedStack.ts";
import type { RawAnswer, Stack } from "../support/stack.ts";

const PEAK = "peak-custody";
const MERLION = "merlion-custody";
const DAY_SECONDS = 86_400;

const instantIn = (seconds: number) => new Date(Math.floor(Date.now() / 1_000 + seconds) * 1_000).toISOString();

/** What a custodian states of an eligible institution in Hong Kong. */
const facts = (label: string, overrides: object = {}) => ({
  holderRef: id(`holder ${label}`).slice(0, 34),
  residence: "HK",
  category: "hong-kong-institutional",
  lookThrough: "no-mainland-owner",
  eligibleUntil: instantIn(100 * DAY_SECONDS),
  evidenceCommitment: id(`evidence ${label}`),
  ...overrides,
});

const account = (label: string, overrides: object = {}) => ({ accountRef: id(label), ...facts(label, overrides) });

let stack: Stack;
let keys = 0;
beforeAll(async () => {
  stack = await startCheckedStack();
});
afterAll(() => stack.stop());

const post = (party: string | null, path: string, body: unknown, key = `holders-test-key-${++keys}`) =>
  stack.request(party, "POST", path, { body, key });
const get = (party: string | null, path: string) => stack.request(party, "GET", path);
const command = (party: string, path: string, body: unknown) =>
  stack.client.command(party, `holders-test-step-${++keys}`, path, body);

const errorsOf = ({ body }: RawAnswer) =>
  body.errors.map(({ pointer, code }: { pointer: string; code: string }) => `${pointer} ${code}`);

async function accountsOf(party: string, query = "limit=200") {
  return AccountList.parse((await get(party, `/v1/accounts?${query}`)).body).items;
}

async function addressOf(party: string, label: string): Promise<string> {
  return (await accountsOf(party, `accountRef=${id(label)}`))[0]!.account;
}

const newestBlock = async () => (await get("regulator", "/v1/custodians")).body.asOf.blockNumber as number;

const licence = () => ({ licensedUntil: instantIn(365 * DAY_SECONDS), evidenceHash: id("licence") });

describe("licensing a custodian", () => {
  it("is the condition of registering accounts", async () => {
    const answer = await post(PEAK, "/v1/accounts", account("too early"));
    expect([answer.status, answer.body.code]).toEqual([422, "custodian-inactive"]);
  });

  it("is refused to everybody but the registrar", async () => {
    for (const party of [PEAK, "regulator", "issuer"]) {
      const answer = await post(party, `/v1/custodians/${PEAK}/licences`, licence());
      expect([party, answer.status, answer.body.code]).toEqual([party, 403, "forbidden"]);
    }
    expect((await post(null, `/v1/custodians/${PEAK}/licences`, licence())).status).toBe(401);
  });

  it("is refused for a party that is unknown, or no custodian", async () => {
    const unknown = await post("registrar", "/v1/custodians/nobody/licences", licence());
    expect([unknown.status, unknown.body.code]).toEqual([404, "unknown-party"]);
    const issuer = await post("registrar", "/v1/custodians/issuer/licences", licence());
    expect([issuer.status, issuer.body.code]).toEqual([422, "custodian-inactive"]);
  });

  it.each([
    [{ licensedUntil: "2027-01-01", evidenceHash: id("x") }, ["/body/licensedUntil malformed"]],
    [{ licensedUntil: "2027-01-01T00:00:00.5Z", evidenceHash: id("x") }, ["/body/licensedUntil out-of-range"]],
    [{ licensedUntil: "1969-12-31T23:59:59Z", evidenceHash: id("x") }, ["/body/licensedUntil out-of-range"]],
    [{ licensedUntil: 1_800_000_000, evidenceHash: id("x") }, ["/body/licensedUntil wrong-type"]],
    [{ licensedUntil: "2027-01-01T00:00:00Z", evidenceHash: "0x12" }, ["/body/evidenceHash malformed"]],
    [{ licensedUntil: "2027-01-01T00:00:00Z", evidenceHash: id("x"), note: "" }, ["/body/note unknown-field"]],
    [{}, ["/body/licensedUntil missing", "/body/evidenceHash missing"]],
  ])("refuses %j", async (body, errors) => {
    const answer = await post("registrar", `/v1/custodians/${PEAK}/licences`, body);
    expect([answer.status, answer.body.code]).toEqual([400, "validation"]);
    expect(errorsOf(answer).sort()).toEqual([...errors].sort());
  });

  it("shows from its block on", async () => {
    const before = await newestBlock();
    for (const custodian of [PEAK, MERLION])
      await command("registrar", `/v1/custodians/${custodian}/licences`, licence());
    const { items, asOf } = CustodianList.parse((await get("issuer", "/v1/custodians")).body);
    expect(items.map(({ custodian, stoppedUntil }) => [custodian, stoppedUntil])).toEqual([
      [PEAK, null],
      [MERLION, null],
    ]);
    const earlier = CustodianList.parse((await get("issuer", `/v1/custodians?asOfBlock=${before}`)).body);
    expect([earlier.items, earlier.asOf.blockNumber]).toEqual([[], before]);
    expect(asOf.blockNumber).toBeGreaterThan(before);
  });
});

describe("registering accounts", () => {
  it.each([
    ["a mainland account", { residence: "CN" }, "residence-onshore"],
    ["cn in lower case", { residence: "cn" }, "residence-malformed"],
    ["two spaces as residence", { residence: "  " }, "residence-malformed"],
    ["an unassigned residence", { residence: "QX" }, "residence-not-allowed"],
    ["unresolved look-through", { lookThrough: "unresolved" }, "look-through-failed"],
    ["a mainland owner", { lookThrough: "mainland-owner" }, "look-through-failed"],
    ["mainland control", { lookThrough: "mainland-controlled" }, "look-through-failed"],
    ["no investor category", { category: "none" }, "category-missing"],
    ["eligibility that has run out", { eligibleUntil: "2020-01-01T00:00:00Z" }, "eligibility-past"],
    ["no evidence", { evidenceCommitment: `0x${"0".repeat(64)}` }, "reference-missing"],
  ])("refuses %s, alone and in a batch", async (_what, overrides, code) => {
    const alone = await post(PEAK, "/v1/accounts", account("refused", overrides));
    expect([alone.status, alone.body.code]).toEqual([422, code]);
    const accounts = [account("good neighbour"), account("refused", overrides)];
    const batch = await post(PEAK, "/v1/account-batches", { accounts });
    expect([batch.status, batch.body.code]).toEqual([422, code]);
    expect(await accountsOf("registrar")).toEqual([]);
  });

  it.each([
    ["a residence of three letters", { residence: "HKG" }, "/body/residence malformed"],
    ["a residence beyond ASCII", { residence: "ＨＫ" }, "/body/residence malformed"],
    ["a residence that is no text", { residence: 44 }, "/body/residence wrong-type"],
    ["an unknown category", { category: "retail" }, "/body/category not-one-of"],
    ["a look-through by number", { lookThrough: 1 }, "/body/lookThrough not-one-of"],
    ["a short holder reference", { holderRef: "0x12" }, "/body/holderRef malformed"],
    ["an account reference in capitals", { accountRef: id("x").toUpperCase() }, "/body/accountRef malformed"],
    ["a year beyond any calendar", { eligibleUntil: "99999-01-01T00:00:00Z" }, "/body/eligibleUntil malformed"],
    ["a zone other than UTC", { eligibleUntil: "2027-01-01T08:00:00+08:00" }, "/body/eligibleUntil malformed"],
    ["an unknown field", { name: "Chan Tai Man" }, "/body/name unknown-field"],
  ])("answers 400 to %s", async (_what, overrides, error) => {
    const answer = await post(PEAK, "/v1/accounts", account("bad", overrides));
    expect([answer.status, answer.body.code, errorsOf(answer)]).toEqual([400, "validation", [error]]);
  });

  it("answers 400 to an empty batch, one of 201 and a list in place of a batch", async () => {
    const many = Array.from({ length: 201 }, (_, i) => account(`many ${i}`));
    for (const [body, error] of [
      [{ accounts: [] }, "/body/accounts out-of-range"],
      [{ accounts: many }, "/body/accounts out-of-range"],
      [many.slice(0, 2), "/body wrong-type"],
    ] as const) {
      const answer = await post(PEAK, "/v1/account-batches", body);
      expect([answer.status, errorsOf(answer)]).toEqual([400, [error]]);
    }
  });

  it("is refused to parties that are no custodians", async () => {
    for (const party of ["registrar", "issuer", "attester-one"]) {
      expect((await post(party, "/v1/accounts", account("foreign"))).status).toBe(403);
    }
  });

  it("registers once for a key, and answers a repetition alike", async () => {
    const body = account("peak one");
    const first = await post(PEAK, "/v1/accounts", body, "register-peak-one");
    expect(first.status).toBe(202);
    const again = await post(PEAK, "/v1/accounts", body, "register-peak-one");
    expect([again.status, again.text, again.headers.get("idempotency-replayed")]).toEqual([202, first.text, "true"]);
    const other = await post(PEAK, "/v1/accounts", account("peak two"), "register-peak-one");
    expect([other.status, other.body.code]).toEqual([422, "idempotency-key-reuse"]);
    await command(PEAK, "/v1/accounts", account("peak two", { residence: "SG", category: "singapore-accredited" }));
    expect((await accountsOf(PEAK)).map(({ accountRef }) => accountRef)).toEqual([id("peak one"), id("peak two")]);
    const repeated = await post(PEAK, "/v1/accounts", body);
    expect([repeated.status, repeated.body.code]).toEqual([409, "account-exists"]);
  });

  it("registers a full batch, which comes back as it was stated, in pages", async () => {
    const accounts = Array.from({ length: 200 }, (_, i) => account(`merlion ${i}`, { residence: "SG" }));
    await command(MERLION, "/v1/account-batches", { accounts });
    const shown: Record<string, unknown>[] = [];
    let next: string | null = "";
    while (next !== null) {
      const path: string = `/v1/accounts?limit=90${next && `&cursor=${next}`}`;
      const page = AccountList.parse((await get(MERLION, path)).body);
      shown.push(...page.items);
      next = page.next;
    }
    const stated = shown.map(({ accountRef, holderRef, residence, category, lookThrough, eligibleUntil, ...rest }) => ({
      accountRef,
      holderRef,
      residence,
      category,
      lookThrough,
      eligibleUntil,
      evidenceCommitment: rest["evidenceCommitment"],
    }));
    expect(stated).toEqual(accounts);
    expect(shown.every(({ selfKept, stoppedUntil }) => selfKept === false && stoppedUntil === null)).toBe(true);
  });
});

describe("self-kept accounts", () => {
  const holder = Wallet.createRandom();
  const self = () => ({ account: holder.address, ...facts("self") });

  async function proofOf(party: string, signer: { signTypedData: Wallet["signTypedData"] }) {
    const { account: address, holderRef } = self();
    const { custodianId, domain } = await partOfProof(party);
    const KeyProof = [
      { name: "account", type: "address" },
      { name: "custodian", type: "uint16" },
      { name: "holderRef", type: "bytes16" },
    ];
    return signer.signTypedData(domain, { KeyProof }, { account: address, custodian: custodianId, holderRef });
  }

  async function partOfProof(party: string) {
    const verifyingContract = stack.service.deployment.contracts.HolderRegistry.address;
    const { partyId } = (await get(party, "/v1/me")).body as { partyId: number };
    return {
      custodianId: partyId,
      domain: { name: "Narrowgate", version: "1", chainId: 20_260_206, verifyingContract },
    };
  }

  it("are refused with a proof by another key, for another custodian, or that is none", async () => {
    const proofs = [
      await proofOf(PEAK, Wallet.createRandom()),
      await proofOf(MERLION, holder),
      "0x",
      `0x${"11".repeat(65)}`,
    ];
    for (const signature of proofs) {
      const answer = await post(PEAK, "/v1/self-kept-accounts", { ...self(), signature });
      expect([answer.status, answer.body.code]).toEqual([422, "key-not-proven"]);
    }
    const malformed = await post(PEAK, "/v1/self-kept-accounts", { ...self(), account: "0x12", signature: "11" });
    expect(errorsOf(malformed).sort()).toEqual(["/body/account malformed", "/body/signature malformed"]);
  });

  it("are registered with the holder's own proof, however the address is written", async () => {
    const signature = await proofOf(PEAK, holder);
    const body = { ...self(), account: `0x${holder.address.slice(2).toUpperCase()}`, signature };
    await command(PEAK, "/v1/self-kept-accounts", body);
    const shown = AccountAsOf.parse((await get(PEAK, `/v1/accounts/${holder.address.toLowerCase()}`)).body);
    expect([shown.account, shown.selfKept, shown.accountRef]).toEqual([holder.address, true, null]);
  });
});

describe("tenancy of accounts", () => {
  it("shows a custodian nothing of another one's accounts, by whatever question", async () => {
    const foreign = await accountsOf(PEAK);
    const [one] = foreign;
    expect(foreign.length).toBeGreaterThan(2);
    const paths = [
      "/v1/accounts?limit=200",
      `/v1/accounts?custodian=${PEAK}`,
      `/v1/accounts?accountRef=${one!.accountRef}`,
      `/v1/accounts?holderRef=${one!.holderRef}`,
      "/v1/custodians",
    ];
    for (const path of paths) {
      const { status, text } = await get(MERLION, path);
      expect(status).toBe(200);
      for (const { account: address, accountRef, holderRef, evidenceCommitment } of foreign) {
        for (const secret of [address, accountRef, holderRef, evidenceCommitment]) {
          if (secret !== null) expect(text.toLowerCase()).not.toContain(secret.toLowerCase());
        }
      }
    }
    expect(await accountsOf(MERLION, `custodian=${PEAK}`)).toEqual([]);
  });

  it("answers for a foreign account as for one that does not exist", async () => {
    const foreign = (await addressOf(PEAK, "peak one")).toLowerCase();
    const nobodys = Wallet.createRandom().address.toLowerCase();
    const without = ({ body }: RawAnswer) => ({ ...body, instance: undefined });
    for (const ask of [
      (address: string) => get(MERLION, `/v1/accounts/${address}`),
      (address: string) => post(MERLION, `/v1/accounts/${address}/facts`, facts("peak one")),
    ]) {
      const [ofForeign, ofNobody] = [await ask(foreign), await ask(nobodys)];
      expect([ofForeign.status, ofForeign.body.code]).toEqual([404, "unknown-account"]);
      expect(without(ofForeign)).toEqual(without(ofNobody));
    }
  });

  it("hides accounts from parties that are neither custodian nor supervisor", async () => {
    const address = await addressOf(PEAK, "peak one");
    for (const party of ["issuer", "trustee", "attester-one"]) {
      for (const path of ["/v1/accounts", `/v1/accounts/${address}`]) expect((await get(party, path)).status).toBe(403);
    }
  });

  it("shows registrar and regulator all", async () => {
    const all = [...(await accountsOf(PEAK)), ...(await accountsOf(MERLION))].map(({ account: address }) => address);
    for (const party of ["registrar", "regulator"]) {
      const first = await accountsOf(party, "limit=200");
      expect(first).toHaveLength(200);
      for (const { account: address } of first) expect(all).toContain(address);
    }
    expect(await accountsOf("regulator", `custodian=${PEAK}`)).toEqual(await accountsOf(PEAK));
  });
});

describe("updating an account", () => {
  it("refuses what no account may ever have", async () => {
    const address = await addressOf(PEAK, "peak one");
    for (const [overrides, code] of [
      [{ residence: "CN" }, "residence-onshore"],
      [{ residence: "cn" }, "residence-malformed"],
      [{ residence: "XX" }, "residence-not-allowed"],
      [{ evidenceCommitment: `0x${"0".repeat(64)}` }, "reference-missing"],
    ] as const) {
      const answer = await post(PEAK, `/v1/accounts/${address}/facts`, facts("peak one", overrides));
      expect([answer.status, answer.body.code]).toEqual([422, code]);
    }
  });

  it("keeps what was stated before, as of its blocks", async () => {
    const address = await addressOf(PEAK, "peak one");
    const before = await newestBlock();
    const changed = facts("peak one", { residence: "GB", category: "other-institutional", lookThrough: "unresolved" });
    const { blockNumber } = await command(PEAK, `/v1/accounts/${address}/facts`, changed);
    const read = async (block: number) =>
      AccountAsOf.parse((await get(PEAK, `/v1/accounts/${address}?asOfBlock=${block}`)).body);
    const [old, now] = [await read(before), await read(blockNumber!)];
    expect([old.residence, old.lookThrough, old.facts.length]).toEqual(["HK", "no-mainland-owner", 1]);
    expect([now.residence, now.lookThrough, now.facts.length]).toEqual(["GB", "unresolved", 2]);
    expect(now.facts[0]).toEqual(old.facts[0]);
    expect((await accountsOf(PEAK, `asOfBlock=${before}`)).map(({ residence }) => residence)).toContain("HK");
    const early = await get(PEAK, `/v1/accounts/${address}?asOfBlock=${old.blockNumber - 1}`);
    expect([early.status, early.body.code]).toEqual([404, "unknown-account"]);
  });

  it("knows no block that it has not read, and no number that is none", async () => {
    const ahead = await get(PEAK, `/v1/accounts?asOfBlock=${(await newestBlock()) + 1_000_000}`);
    expect([ahead.status, ahead.body.code]).toEqual([404, "unknown-block"]);
    for (const block of ["-1", "1.5", "latest", "99999999999999999999"]) {
      const answer = await get(PEAK, `/v1/accounts?asOfBlock=${block}`);
      expect([block, answer.status, answer.body.code]).toEqual([block, 400, "validation"]);
    }
  });

  it("takes no cursor of its own making, no limit beyond the bounds, no address that is none", async () => {
    for (const path of [
      "/v1/accounts?cursor=abc",
      `/v1/accounts?cursor=${Buffer.from('["1; drop"]').toString("base64url")}`,
      `/v1/accounts?cursor=${Buffer.from('["1","99999999999999999999"]').toString("base64url")}`,
      "/v1/accounts?limit=0",
      "/v1/accounts?limit=201",
      "/v1/accounts?limit=many",
      "/v1/accounts?order=asc",
      "/v1/accounts/0x12",
      "/v1/accounts/peak-one",
    ]) {
      const answer = await get(PEAK, path);
      expect([path, answer.status]).toEqual([path, 400]);
    }
  });
});
