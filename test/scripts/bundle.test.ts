import { spawnSync } from "node:child_process";
import {
  appendFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { runBundle, type Outcome } from "../../scripts/bundle.ts";
import { filingHash, termsHash } from "../../server/chain/termsHash.ts";
import { bundleHash, bundleManifestSchema } from "../../server/domain/bundle.ts";
import { dealDocumentHash, readDealDocument, termsOf } from "../../server/domain/dealDocument.ts";
import { leastCapsMinor } from "../../server/domain/dealTerms.ts";

const repository = join(import.meta.dirname, "../..");
const dealFile = join(repository, "deals/nalt-2004-a.json");
const document = readDealDocument(JSON.parse(readFileSync(dealFile, "utf8")));

/** Numbers of the made-up parties: their places in deals/parties.json. */
const partyIds = new Map(
  (JSON.parse(readFileSync(join(repository, "deals/parties.json"), "utf8")) as { code: string }[]).map(
    ({ code }, index) => [code, index + 1],
  ),
);

let scratch: string;
let folder: string;
let manifestFile: string;

/** What a command printed, by the words before each value. */
function printed({ stdout }: Outcome): Record<string, string> {
  const lines = stdout.trimEnd().split("\n");
  return Object.fromEntries(lines.map((line) => [line.slice(0, 24).trimEnd(), line.slice(24)]));
}

beforeEach(() => {
  scratch = mkdtempSync(join(tmpdir(), "narrowgate-bundle-"));
  folder = join(scratch, "bundle");
  manifestFile = join(scratch, "manifest.json");
  cpSync(join(repository, "deals/nalt-2004-a.bundle"), folder, { recursive: true });
});

afterEach(() => rmSync(scratch, { recursive: true }));

describe("bundle", () => {
  it.each<[string, string[], string]>([
    ["no command", [], "Usage:"],
    ["an unknown command", ["sign", "x"], "Usage:"],
    ["a command of every object", ["toString"], "Usage:"],
    ["too few arguments", ["check", "x"], "Usage:"],
    ["an unknown option", ["hash", "x", "--force"], "Unknown option '--force'"],
    ["an option of another command", ["hash", "x", "--parties", "y"], "bundle hash has no option --parties."],
  ])("refuses %s", async (_, args, message) => {
    const { status, stdout, stderr } = await runBundle(args);
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
    expect(stderr).toContain(message);
  });
});

describe("node scripts/bundle.ts", () => {
  const node = (...args: string[]) =>
    spawnSync(process.execPath, [join(repository, "scripts/bundle.ts"), ...args], { encoding: "utf8" });

  it("exits with 2 and says why on standard error", () => {
    expect(node("hash", join(scratch, "none"))).toMatchObject({
      status: 2,
      stdout: "",
      stderr: expect.stringMatching(/^The folder .* cannot be read: .*\n$/),
    });
  });

  it("exits with 1 for a difference and with 0 for none", () => {
    expect(node("hash", folder, "--manifest", manifestFile)).toMatchObject({ status: 0, stderr: "" });
    appendFileSync(join(folder, "note-plan.md"), "x");
    expect(node("check", folder, manifestFile)).toMatchObject({
      status: 1,
      stdout: expect.stringContaining("note-plan.md"),
    });
  });
});

describe("bundle hash", () => {
  const refused = async (message: string) => {
    const { status, stderr } = await runBundle(["hash", folder]);
    expect(status).toBe(2);
    expect(stderr.trim().split("\n")).toHaveLength(1);
    expect(stderr).toContain(message);
  };

  it("refuses a folder that is not there", async () => {
    rmSync(folder, { recursive: true });
    await refused(`The folder ${folder} cannot be read`);
  });

  it("refuses a folder without documents", async () => {
    rmSync(folder, { recursive: true });
    mkdirSync(folder);
    await refused(`The folder ${folder} holds no documents.`);
  });

  it("refuses a link, which could point anywhere", async () => {
    symlinkSync(dealFile, join(folder, "link.json"));
    await refused("link.json is not a plain file");
  });

  it("refuses a hidden file", async () => {
    writeFileSync(join(folder, "offering/.DS_Store"), "");
    await refused('"offering/.DS_Store" cannot name a document');
  });

  it("refuses two names that are one on some file systems", async () => {
    writeFileSync(join(folder, "Deal.json"), "{}");
    await refused("Another document has the name deal.json");
  });

  it("refuses two names that are one in normal form", async () => {
    writeFileSync(join(folder, "caf\u00e9.md"), "one");
    writeFileSync(join(folder, "cafe\u0301.md"), "two");
    await refused("holds two files that are both named caf\u00e9.md");
  });

  it("refuses a description that names a document twice in its JSON", async () => {
    writeFileSync(join(folder, "bundle.json"), '{"documents":[],"documents":[]}');
    await refused('The JSON names the member "documents" twice');
  });

  it("refuses to write the manifest into the folder", async () => {
    const { status, stderr } = await runBundle(["hash", folder, "--manifest", join(folder, "manifest.json")]);
    expect(status).toBe(2);
    expect(stderr).toContain("outside the folder");
  });

  it("prints the hash and writes a manifest that has it", async () => {
    const outcome = await runBundle(["hash", folder, "--manifest", manifestFile]);
    const manifest = bundleManifestSchema.parse(JSON.parse(readFileSync(manifestFile, "utf8")));
    expect(outcome.status).toBe(0);
    expect(printed(outcome)).toEqual({ "bundle hash": bundleHash(manifest), documents: "8" });
  });

  it("does not depend on the order in which files were made", async () => {
    const other = join(scratch, "other");
    mkdirSync(join(other, "offering"), { recursive: true });
    const { documents } = JSON.parse(readFileSync(join(folder, "bundle.json"), "utf8")) as {
      documents: { name: string }[];
    };
    for (const name of [...documents.map((one) => one.name).reverse(), "bundle.json"]) {
      writeFileSync(join(other, name), readFileSync(join(folder, name)));
    }
    expect(await runBundle(["hash", other])).toEqual(await runBundle(["hash", folder]));
  });
});

describe("bundle check", () => {
  beforeEach(() => runBundle(["hash", folder, "--manifest", manifestFile]));

  const check = async () => {
    const { status, stdout } = await runBundle(["check", folder, manifestFile]);
    return { status, lines: stdout.trim().split("\n") };
  };

  it("names a document of which one byte changed", async () => {
    const file = join(folder, "offering/circular.md");
    const bytes = readFileSync(file);
    bytes[100]! ^= 1;
    writeFileSync(file, bytes);
    expect(await check()).toEqual({ status: 1, lines: ["changed                 offering/circular.md (sha256)"] });
  });

  it("names a document that grew by one byte", async () => {
    appendFileSync(join(folder, "filing-report.md"), "\n");
    expect(await check()).toEqual({ status: 1, lines: ["changed                 filing-report.md (sha256, bytes)"] });
  });

  it("names an added, a missing and a renamed document", async () => {
    writeFileSync(join(folder, "annex.md"), "");
    renameSync(join(folder, "note-plan.md"), join(folder, "plan.md"));
    rmSync(join(folder, "bundle.json"));
    expect(await check()).toEqual({
      status: 1,
      lines: [
        "added                   annex.md",
        "added                   plan.md",
        "missing                 note-plan.md",
      ],
    });
  });

  it("names a document of which bundle.json says something else", async () => {
    const file = join(folder, "bundle.json");
    writeFileSync(file, readFileSync(file, "utf8").replace('"zh-Hans"', '"en"'));
    expect(await check()).toEqual({ status: 1, lines: ["changed                 filing-report.md (language)"] });
  });

  it("says which documents are kept onshore, and takes none of them for missing", async () => {
    const file = join(folder, "bundle.json");
    const list = `{ "name": "leases.csv", "sha256": "0x${"ab".repeat(32)}", "bytes": 9, "storageZone": "ONSHORE_ONLY" }`;
    writeFileSync(file, readFileSync(file, "utf8").replace("[", `[${list},`));
    await runBundle(["hash", folder, "--manifest", manifestFile]);
    rmSync(file);
    const { status, lines } = await check();
    expect(status).toBe(0);
    expect(lines[0]).toBe("kept onshore            leases.csv");
  });

  it("finds documents unchanged, with their description or without it", async () => {
    const manifest = bundleManifestSchema.parse(JSON.parse(readFileSync(manifestFile, "utf8")));
    const unchanged = { status: 0, lines: [`unchanged               ${bundleHash(manifest)}`] };
    expect(await check()).toEqual(unchanged);
    rmSync(join(folder, "bundle.json"));
    expect(await check()).toEqual(unchanged);
  });

  it.each([
    ["no JSON", "{", "is not JSON"],
    ["another thing", '{"documents":[]}', "/format (missing)"],
  ])("refuses a manifest that is %s", async (_, text, message) => {
    writeFileSync(manifestFile, text);
    const { status, stderr } = await runBundle(["check", folder, manifestFile]);
    expect(status).toBe(2);
    expect(stderr).toContain(message);
  });
});

describe("bundle canonical", () => {
  it("refuses a file that it cannot write", async () => {
    const outcome = await runBundle(["canonical", dealFile, join(scratch, "none", "deal.json")]);
    expect(outcome).toMatchObject({ status: 2, stderr: expect.stringContaining("cannot be written") });
  });

  it("writes the bytes that the bundle carries, and prints their hash", async () => {
    const target = join(scratch, "deal.json");
    expect(printed(await runBundle(["canonical", dealFile, target]))).toEqual({
      "deal document hash": dealDocumentHash(document),
    });
    expect(readFileSync(target)).toEqual(readFileSync(join(folder, "deal.json")));
  });
});

describe("bundle terms", () => {
  it("names what is wrong with a deal document, and a file that is not there", async () => {
    const file = join(scratch, "deal.json");
    writeFileSync(file, readFileSync(dealFile, "utf8").replace('"265000000.00"', '"265000000.001"'));
    expect(await runBundle(["terms", file])).toMatchObject({
      status: 2,
      stderr: expect.stringContaining("/classes/0/originalBalance (too-many-decimals)"),
    });
    expect(await runBundle(["terms", join(scratch, "none.json")])).toMatchObject({
      status: 2,
      stderr: expect.stringMatching(/none\.json cannot be read: ENOENT/),
    });
  });

  it("names parties that the ledger does not have", async () => {
    const file = join(scratch, "parties.json");
    writeFileSync(file, '[{"code":"issuer","name":"Issuer","roles":["issuer"],"signs":"here"}]');
    const { status, stderr } = await runBundle(["terms", dealFile, "--parties", file]);
    expect(status).toBe(2);
    expect(stderr).toContain("/parties/trustee (unknown-party)");
    expect(stderr).not.toContain("/parties/issuer");
  });

  it("prints the two hashes", async () => {
    expect(printed(await runBundle(["terms", dealFile]))).toEqual({
      "deal document hash": dealDocumentHash(document),
      "terms hash": termsHash(termsOf(document, partyIds)),
    });
  });
});

describe("bundle filing", () => {
  it("refuses a bundle that carries another deal, or none", async () => {
    appendFileSync(join(folder, "deal.json"), "\n");
    const message = `The bundle does not carry ${dealFile} as its one DEAL_DOCUMENT`;
    expect(await runBundle(["filing", folder, dealFile])).toMatchObject({
      status: 2,
      stderr: expect.stringContaining(message),
    });
    rmSync(join(folder, "bundle.json"));
    expect(await runBundle(["filing", folder, dealFile])).toMatchObject({
      status: 2,
      stderr: expect.stringContaining(message),
    });
  });

  it.each(["A-9=1.00", "A-1", "A-1=1.005"])("refuses the cap %s", async (cap) => {
    expect(await runBundle(["filing", folder, dealFile, "--cap", cap])).toMatchObject({ status: 2, stdout: "" });
  });

  it("prints the filing hash, under the least caps or given ones", async () => {
    const terms = termsOf(document, partyIds);
    const hashed = printed(await runBundle(["hash", folder]));
    const given = {
      bundleHash: hashed["bundle hash"] as `0x${string}`,
      termsHash: termsHash(terms),
      filingEntity: partyIds.get("filing-entity")!,
      issuer: partyIds.get("issuer")!,
    };
    const least = leastCapsMinor(terms);
    const plain = printed(await runBundle(["filing", folder, dealFile]));
    expect(plain["filing hash"]).toBe(filingHash({ ...given, capsMinor: least }));
    expect(plain["cap of Certificates"]).toBe("0.00 USD");
    const higher = printed(await runBundle(["filing", folder, dealFile, "--cap", "A-1=300000000.00"]));
    expect(higher["cap of A-1"]).toBe("300000000.00 USD");
    expect(higher["filing hash"]).toBe(filingHash({ ...given, capsMinor: least.with(0, 30_000_000_000n) }));
  });
});
