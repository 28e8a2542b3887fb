import { execFileSync } from "node:child_process";
import { chmodSync, cpSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { completePackage, findPostgres } from "../../server/store/postgresPrograms.ts";

const folder = mkdtempSync(join(tmpdir(), "narrowgate-programs-"));
const postgres = join(folder, "native", "bin", "postgres");
const version = () => execFileSync(postgres, ["--version"], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });

afterAll(() => rmSync(folder, { recursive: true }));

// Windows packages carry no links.
describe.skipIf(process.platform === "win32")("a platform package whose install script did not run", () => {
  beforeAll(async () => {
    const { postgres: installed } = await findPostgres();
    cpSync(dirname(dirname(dirname(installed))), folder, { recursive: true });
    const list = JSON.parse(readFileSync(join(folder, "native", "pg-symlinks.json"), "utf8")) as { target: string }[];
    for (const { target } of list) rmSync(join(folder, target));
    chmodSync(postgres, 0o644);
  });

  it("does not run, and runs once it is completed, however often", () => {
    expect(version).toThrow(/EACCES/); // It is not executable, and its libraries have no names.
    completePackage(folder);
    completePackage(folder);
    expect(version()).toMatch(/^postgres \(PostgreSQL\) 18\./);
  });
});
