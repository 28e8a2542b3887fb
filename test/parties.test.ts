import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { readParties, requireOneSigner } from "../server/parties.ts";
import { StartError } from "../server/startError.ts";

const folder = mkdtempSync(join(tmpdir(), "narrowgate-parties-"));
const file = join(folder, "parties.json");
afterAll(() => rmSync(folder, { recursive: true }));

const REF = `0x${"ab".repeat(32)}`;
const KEY = "0x70997970C51812dc3A010C7d01b50e0d17dc79C8";
const registrar = { code: "registrar", name: "Registrar", roles: ["registrar"], signs: "here" };
const regulator = { code: "regulator", name: "Regulator", roles: ["regulator"], signs: "outside", addresses: [KEY] };

async function refusal(content: unknown): Promise<string> {
  writeFileSync(file, typeof content === "string" ? content : JSON.stringify(content));
  const error = await readParties(file).catch((refused: unknown) => refused);
  expect(error).toBeInstanceOf(StartError);
  return (error as Error).message;
}

describe("a parties file is refused", () => {
  it("when it is missing or a folder", async () => {
    await expect(readParties(join(folder, "none.json"))).rejects.toThrow(/^The parties file .*none\.json .*ENOENT/);
    await expect(readParties(folder)).rejects.toThrow(/cannot be read: EISDIR/);
  });

  it.each([
    ["nothing", ""],
    ["half a file", '[{"code":'],
    ["other text", "registrar"],
  ])("when it holds %s", async (_what, text) => {
    expect(await refusal(text)).toBe(`The parties file ${file} is not JSON.`);
  });

  it.each([
    ["its root", { registrar }],
    ["its root", []],
    ["0.code", [{ ...registrar, code: "Registrar" }]],
    ["0.code", [{ ...registrar, code: "../registrar" }]],
    ["0.name", [{ ...registrar, name: "" }]],
    ["0.roles", [{ ...registrar, roles: [] }]],
    ["1.roles.0", [registrar, { ...regulator, roles: ["king"] }]],
    ["0.signs", [{ ...registrar, signs: "there" }]],
    ["0.ref", [{ ...registrar, ref: "0x12" }]],
    ["0.addresses", [{ ...regulator, addresses: [] }]],
    ["0.addresses.0", [{ ...regulator, addresses: [KEY.slice(0, -1)] }]],
    ["0.keys", [{ ...regulator, keys: 0 }]],
    ["0", [{ ...registrar, rôle: "registrar" }]],
  ])("when it is wrong at %s", async (place, content) => {
    const sentence = await refusal(content);
    expect(sentence.startsWith(`The parties file ${file} is wrong at ${place}: `)).toBe(true);
    expect(sentence.split("\n")).toHaveLength(1);
  });

  it.each([
    ["code", "registrar", [registrar, regulator, registrar]],
    [
      "reference",
      REF,
      [
        { ...registrar, ref: REF },
        { ...regulator, ref: REF },
      ],
    ],
    ["key", KEY.toLowerCase(), [regulator, { ...regulator, code: "other", addresses: [KEY.toLowerCase()] }]],
  ])("when it names a %s twice", async (_what, twice, content) => {
    expect(await refusal(content)).toBe(`The parties file ${file} names ${twice} twice.`);
  });
});

describe("a parties file", () => {
  it("gives each party one key unless told", async () => {
    writeFileSync(file, JSON.stringify([registrar, { ...regulator, keys: 2, ref: REF }]));
    expect(await readParties(file)).toEqual([
      { ...registrar, keys: 1 },
      { ...regulator, keys: 2, ref: REF },
    ]);
  });

  it("of the demo is one, and could not stand behind a production service", async () => {
    const parties = await readParties(new URL("../deals/parties.json", import.meta.url));
    expect(new Set(parties.flatMap(({ roles }) => roles)).size).toBe(11);
    expect(() => requireOneSigner(parties)).toThrow(
      /^In production one process signs for one party, but registrar, .* are all to sign here\.$/,
    );
  });

  it.each(["here", "outside"] as const)("with one party that signs %s may stand behind one", (signs) => {
    const party = { code: "one", name: "One", roles: ["issuer" as const], signs, keys: 1 };
    expect(() => requireOneSigner([party])).not.toThrow();
  });
});
