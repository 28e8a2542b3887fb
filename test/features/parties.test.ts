import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startCheckedStack } from "../support/checkedStack.ts";
import type { Stack } from "../support/stack.ts";

let stack: Stack;

beforeAll(async () => {
  stack = await startCheckedStack();
});
afterAll(() => stack.stop());

describe("GET /v1/parties", () => {
  it("is refused without a key and with a key that nobody was given", async () => {
    const none = await stack.request(null, "GET", "/v1/parties");
    expect([none.status, none.body.code]).toEqual([401, "unauthenticated"]);
    const forged = await stack.request(null, "GET", "/v1/parties", {
      headers: { authorization: `Bearer ngk_0123456789abcdef_${"A".repeat(43)}` },
    });
    expect([forged.status, forged.body.code]).toEqual([401, "unauthenticated"]);
  });

  it("refuses a query that it does not know", async () => {
    const answer = await stack.request("registrar", "GET", "/v1/parties?role=custodian");
    expect([answer.status, answer.body.errors[0].pointer]).toEqual([400, "/query/role"]);
  });

  it("lists every party with the roles and keys that the ledger knows, to any party", async () => {
    const { status, body } = await stack.request("peak-custody", "GET", "/v1/parties");
    expect(status).toBe(200);
    expect(body.items.map(({ party }: { party: string }) => party)).toEqual([
      "registrar",
      "filing-entity",
      "issuer",
      "trustee",
      "paying-agent",
      "servicer",
      "assessor",
      "peak-custody",
      "merlion-custody",
      "attester-one",
      "attester-two",
      "regulator",
    ]);
    const attester = body.items[9];
    expect(attester).toMatchObject({ partyId: 10, roles: ["approver", "attester"] });
    expect(attester.keys).toEqual(stack.outside["attester-one"]!.map(({ address }) => address));
  });

  it("says as of which block", async () => {
    const { headers, body } = await stack.request("regulator", "GET", "/v1/parties");
    expect(headers.get("ledger-block")).toBe(`${body.asOf.blockNumber};hash=${body.asOf.blockHash}`);
  });
});

describe("GET /v1/me", () => {
  it("is refused without a key", async () => {
    expect((await stack.request(null, "GET", "/v1/me")).status).toBe(401);
  });

  it("tells a party who it is and whether this service signs for it", async () => {
    const custodian = await stack.request("peak-custody", "GET", "/v1/me");
    expect(custodian.body).toMatchObject({
      party: "peak-custody",
      partyId: 8,
      roles: ["custodian"],
      signsHere: true,
    });
    const regulator = await stack.request("regulator", "GET", "/v1/me");
    expect(regulator.body).toMatchObject({ signsHere: false, signingKeys: [stack.outside["regulator"]![0]!.address] });
  });
});
