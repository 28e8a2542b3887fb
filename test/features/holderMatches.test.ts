import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startCheckedStack } from "../support/checkedStack.ts";
import { command, hashOf, instantIn, post, refusalOf } from "../support/filings.ts";
import { holderRefOf, identityOf, madeUpLei } from "../support/identities.ts";
import { MERLION, PEAK, factsOf } from "../support/market.ts";
import type { Stack } from "../support/stack.ts";

const DAY_SECONDS = 86_400;

let stack: Stack;
beforeAll(async () => {
  stack = await startCheckedStack();
  const licence = { licensedUntil: instantIn(365 * DAY_SECONDS), evidenceHash: hashOf("licence") };
  for (const custodian of [PEAK, MERLION])
    await command(stack, "registrar", `/v1/custodians/${custodian}/licences`, licence);
});
afterAll(() => stack.stop());

const get = async (party: string, path: string) => stack.request(party, "GET", path);
const matches = async () => (await get("registrar", "/v1/holders/matches")).body.items as any[];
const put = (party: string, ref: string, identity: ReturnType<typeof identityOf>) =>
  post(stack, party, "/v1/vault/identities", { holderRef: holderRefOf(ref), identity });

/** Registers an account of a holder. @returns its address */
async function register(party: string, label: string, holder = label): Promise<string> {
  const facts = { ...factsOf("heron"), holderRef: holderRefOf(holder) };
  await command(stack, party, "/v1/accounts", { accountRef: hashOf(label), ...facts });
  return (await get(party, `/v1/accounts?accountRef=${hashOf(label)}`)).body.items[0].account;
}

const accountsOf = async (party: string, holder: string) =>
  ((await get(party, `/v1/holders/${holderRefOf(holder)}`)).body.accounts ?? []).map((body: any) => body.account);
const joined = (party: string, account: string, sibling: string) =>
  post(stack, party, "/v1/holders/joins", { account, sibling });

describe("holders match", () => {
  it("by LEI, or by name and number, told to registrar and regulator without a name", async () => {
    const known = identityOf("Match", { lei: null });
    await put(PEAK, "unlike", identityOf("Unlike"));
    await put(PEAK, "match peak", known);
    await put(PEAK, "match peak", known); // the same holder again is no match
    expect(await matches()).toEqual([]);
    await put(MERLION, "match merlion", { ...known, legalName: known.legalName.toUpperCase() });
    const [match] = await matches();
    expect(match).toMatchObject({ matchedBy: "name-and-number", state: "open", dismissal: null });
    expect(match.holders).toEqual([
      { holderRef: holderRefOf("match merlion"), accounts: [] },
      { holderRef: holderRefOf("match peak"), accounts: [] },
    ]);
    expect(JSON.stringify(match).toLowerCase()).not.toContain("fund");
    expect((await get("regulator", "/v1/holders/matches")).body.items).toEqual([match]);
    for (const party of [PEAK, MERLION, "issuer"]) expect((await get(party, "/v1/holders/matches")).status).toBe(403);
  });

  it("once, whichever custodian comes first and however often", async () => {
    const before = await matches();
    await Promise.all([
      put(PEAK, "twins peak", identityOf("Twins")),
      put(MERLION, "twins merlion", identityOf("Twins", { legalName: "Another Writing (made up)" })),
    ]);
    await put(PEAK, "twins peak", identityOf("Twins"));
    const after = await matches();
    expect(after).toHaveLength(before.length + 1);
    expect(after[0]).toMatchObject({ matchedBy: "lei", state: "open" });
  });

  it("until the registrar finds them to be two; an equal LEI opens the match again", async () => {
    const [one, other] = [identityOf("Namesake", { lei: null }), identityOf("Namesake", { lei: madeUpLei("Other") })];
    await put(PEAK, "namesake peak", one);
    await put(MERLION, "namesake merlion", other);
    const [{ matchId }] = await matches();
    const path = `/v1/holders/matches/${matchId}/dismissals`;
    const reason = "The registers are of two countries.";
    for (const party of [PEAK, "regulator"]) {
      expect(refusalOf(await post(stack, party, path, { reason }))).toEqual([403, "forbidden"]);
    }
    const nowhere = path.replace(matchId, "00000000-0000-4000-8000-000000000000");
    expect(refusalOf(await post(stack, "registrar", nowhere, { reason }))).toEqual([404, "not-found"]);
    const dismissed = await post(stack, "registrar", path, { reason });
    expect(dismissed.body).toMatchObject({ matchId, state: "dismissed", dismissal: { by: "registrar", reason } });
    expect(refusalOf(await post(stack, "registrar", path, { reason }))).toEqual([409, "match-decided"]);
    await put(MERLION, "namesake merlion", other);
    expect((await matches())[0]).toMatchObject({ matchId, state: "dismissed" });
    await put(PEAK, "namesake peak", { ...one, lei: madeUpLei("Other") });
    expect((await matches())[0]).toMatchObject({ matchId, state: "open", matchedBy: "lei", dismissal: null });
  });
});

describe("joining accounts (R-H9)", () => {
  it("makes one holder of two references, each custodian still seeing its own accounts alone", async () => {
    await put(PEAK, "joined peak", identityOf("Joined"));
    await put(MERLION, "joined merlion", identityOf("Joined"));
    const [peak, merlion] = [await register(PEAK, "joined peak"), await register(MERLION, "joined merlion")];
    const second = await register(PEAK, "joined peak two", "joined peak");
    expect(
      (await matches())[0].holders.map(({ accounts }: any) => accounts.map(({ account }: any) => account)),
    ).toEqual([[merlion], [peak, second]]);
    expect(refusalOf(await joined(PEAK, peak, merlion))).toEqual([404, "unknown-account"]);
    expect(refusalOf(await joined("regulator", peak, merlion))).toEqual([403, "forbidden"]);
    expect(refusalOf(await joined("registrar", peak, peak))).toEqual([409, "same-holder"]);

    await command(stack, PEAK, "/v1/holders/joins", { account: second, sibling: peak });
    const { blockNumber } = await command(stack, "registrar", "/v1/holders/joins", { account: peak, sibling: merlion });
    expect((await matches())[0].state).toBe("joined");
    const holder = (await get("registrar", `/v1/holders/${holderRefOf("joined merlion")}`)).body;
    expect(new Set(holder.accounts.map(({ account }: any) => account))).toEqual(new Set([peak, merlion, second]));
    expect(new Set(holder.accounts.map(({ ring }: any) => ring)).size).toBe(1);
    expect(await accountsOf(PEAK, "joined merlion")).toEqual([peak, second]);
    expect(await accountsOf(MERLION, "joined merlion")).toEqual([merlion]);
    expect((await get(PEAK, `/v1/holders/${holderRefOf("joined peak")}`)).status).toBe(404);
    const earlier = `/v1/holders/${holderRefOf("joined peak")}?asOfBlock=${blockNumber! - 1}`;
    expect((await get(PEAK, earlier)).body.accounts.map(({ account }: any) => account)).toEqual([peak, second]);
  });

  it("keeps what each custodian put into the vault, under either reference, and its own", async () => {
    for (const ref of ["joined peak", "joined merlion"]) {
      const { items } = (await get(PEAK, `/v1/vault/identities/${holderRefOf(ref)}`)).body;
      expect([ref, items.map(({ custodian }: any) => custodian)]).toEqual([ref, [PEAK]]);
    }
    const access = { holderRef: holderRefOf("joined merlion"), purpose: "Every account of the holder" };
    const opened = await post(stack, "regulator", "/v1/vault/accesses", access);
    const { items } = (await get("regulator", opened.headers.get("location")!)).body;
    expect(items.map(({ custodian }: any) => custodian)).toEqual([MERLION, PEAK]);
    await put(PEAK, "joined merlion", identityOf("Joined"));
    expect((await matches())[0].state).toBe("joined");
  });

  it("lets a change of the holder reach accounts at other custodians, where it closes and never opens", async () => {
    const [merlion] = await accountsOf(MERLION, "joined merlion");
    const [peak, second] = await accountsOf(PEAK, "joined merlion");
    const stated = { ...factsOf("heron"), holderRef: holderRefOf("joined merlion") };
    await command(stack, PEAK, `/v1/accounts/${peak}/facts`, { ...stated, lookThrough: "mainland-owner" });
    const lookThrough = async (party: string, account: string) =>
      (await get(party, `/v1/accounts/${account}`)).body.lookThrough;
    expect([await lookThrough(MERLION, merlion), await lookThrough(PEAK, second)]).toEqual([
      "mainland-owner",
      "mainland-owner",
    ]);
    await command(stack, PEAK, `/v1/accounts/${peak}/facts`, stated);
    expect([await lookThrough(MERLION, merlion), await lookThrough(PEAK, second)]).toEqual([
      "mainland-owner",
      "no-mainland-owner",
    ]);
  });

  it("lets one key stop all of them by one order", async () => {
    const [merlion] = await accountsOf(MERLION, "joined merlion");
    const order = { orderId: hashOf("holder stop"), until: new Date(instantIn(3_600)).toISOString() };
    const path = `/v1/accounts/${merlion}/holder-stops`;
    expect(refusalOf(await post(stack, MERLION, path, order))).toEqual([403, "forbidden"]);
    await command(stack, "registrar", path, order);
    const { accounts } = (await get("registrar", `/v1/holders/${holderRefOf("joined merlion")}`)).body;
    expect(accounts.map(({ stoppedUntil }: any) => stoppedUntil)).toEqual([order.until, order.until, order.until]);
  });
});
