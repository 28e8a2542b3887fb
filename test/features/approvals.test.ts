import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { pricing, recordDeal } from "../support/deals.ts";
import { attestation, command, hashOf, post, recordFiling, refusalOf, submitFiling } from "../support/filings.ts";
import { startCheckedStack } from "../support/checkedStack.ts";
import type { Stack } from "../support/stack.ts";

const UNKNOWN = `0x${"12".repeat(32)}`;

let stack: Stack;

beforeAll(async () => {
  stack = await startCheckedStack();
});
afterAll(() => stack.stop());

const list = async (query = "") => (await stack.request("peak-custody", "GET", `/v1/approvals${query}`)).body;

describe("GET /v1/approvals", () => {
  it("refuses an unknown state and a foreign cursor", async () => {
    const state = await stack.request("registrar", "GET", "/v1/approvals?state=approved");
    expect(refusalOf(state)).toEqual([400, "validation", "/query/state"]);
    const cursor = await stack.request("registrar", "GET", "/v1/approvals?cursor=abc");
    expect(refusalOf(cursor)).toEqual([400, "bad-cursor"]);
  });

  it("shows a matter from its first endorsement on, with who endorsed it, until it takes effect", async () => {
    const filingId = await submitFiling(stack, "MATTER");
    const path = `/v1/filings/${filingId}/attestations`;
    const first = await command(stack, "attester-one", path, attestation());
    const [open] = (await list("?state=open")).items;
    expect(open).toMatchObject({
      module: "FilingRegistry",
      state: "open",
      effectiveAt: null,
      endorsements: [{ party: "attester-one", blockNumber: first.blockNumber, transactionHash: first.transactionHash }],
    });
    await command(stack, "attester-two", path, attestation());
    const [effective] = (await list("?state=effective")).items;
    expect(effective).toMatchObject({ subject: open.subject, payloadHash: open.payloadHash, state: "effective" });
    expect(effective.endorsements.map(({ party }: { party: string }) => party)).toEqual([
      "attester-one",
      "attester-two",
    ]);
    expect((await list("?state=open")).items).toEqual([]);
  });

  it("names the contract whose call is endorsed", async () => {
    const deal = await recordDeal(stack, "PRICE MATTER");
    await command(stack, "trustee", `/v1/deals/${deal.dealId}/pricing`, pricing());
    const [matter] = (await list("?state=open")).items;
    expect(matter).toMatchObject({ module: "DealRegistry", endorsements: [{ party: "trustee" }] });
  });

  it("goes through all matters newest first, page by page", async () => {
    const whole = (await list()).items.map(({ subject }: { subject: string }) => subject);
    expect(whole.length).toBeGreaterThan(2);
    const first = await list("?limit=1");
    const second = await list(`?limit=1&cursor=${first.next}`);
    expect([first.items[0].subject, second.items[0].subject]).toEqual(whole.slice(0, 2));
  });
});

describe("POST /v1/approvals/withdrawals", () => {
  it("refuses an unknown contract, a malformed subject and an unknown field", async () => {
    const path = "/v1/approvals/withdrawals";
    const given = { module: "FilingRegistry", subject: UNKNOWN };
    const wrong = [
      { ...given, module: "Note" },
      { ...given, subject: "0x" },
      { ...given, note: "" },
    ];
    const refused = await Promise.all(wrong.map((body) => post(stack, "trustee", path, body)));
    expect(refused.map(refusalOf)).toEqual([
      [400, "validation", "/body/module"],
      [400, "validation", "/body/subject"],
      [400, "validation", "/body/note"],
    ]);
  });

  it("refuses a party that did not endorse, and a matter that has taken effect", async () => {
    const filingId = await submitFiling(stack, "NOT MINE");
    const path = `/v1/filings/${filingId}/attestations`;
    await command(stack, "attester-one", path, attestation());
    const [{ module, subject }] = (await list("?state=open&limit=1")).items;
    const foreign = await post(stack, "attester-two", "/v1/approvals/withdrawals", { module, subject });
    expect(refusalOf(foreign)).toEqual([422, "approval-not-endorser"]);
    await command(stack, "attester-two", path, attestation());
    const late = await post(stack, "attester-one", "/v1/approvals/withdrawals", { module, subject });
    expect(refusalOf(late)).toEqual([409, "approval-spent"]);
  });

  it("clears a matter, which may then be opened anew with other content", async () => {
    const filingId = await submitFiling(stack, "WITHDRAWN");
    const path = `/v1/filings/${filingId}/attestations`;
    await command(stack, "attester-one", path, attestation({}, { pageHash: hashOf("wrong page") }));
    const [{ module, subject }] = (await list("?state=open&limit=1")).items;
    await command(stack, "attester-one", "/v1/approvals/withdrawals", { module, subject });
    const [withdrawn] = (await list("?state=withdrawn")).items;
    expect(withdrawn).toMatchObject({ subject, withdrawnBy: "attester-one", effectiveAt: null });

    await recordFiling(stack, filingId);
    const matters = (await list()).items.filter((matter: { subject: string }) => matter.subject === subject);
    expect(matters).toMatchObject([
      { state: "effective", endorsements: [{ party: "attester-one" }, { party: "attester-two" }] },
      { state: "withdrawn", endorsements: [{ party: "attester-one" }] },
    ]);
  });
});
