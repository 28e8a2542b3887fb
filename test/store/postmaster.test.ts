import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { findLeftover, isReady } from "../../server/store/postmaster.ts";

let folder: string;
let pidFile: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "narrowgate-postmaster-"));
  pidFile = join(folder, "postmaster.pid");
});

afterEach(() => rmSync(folder, { recursive: true }));

describe("what a process id file tells", () => {
  it("nothing, if there is none", () => {
    expect(findLeftover(folder)).toBeUndefined();
    expect(isReady(folder, 1)).toBe(false);
  });

  it("is readiness only of the very process, and only when it says so", () => {
    const lines = (status: string) => `77\n${folder}\n1\n5432\n\n127.0.0.1\n1 2\n${status}\n`;
    writeFileSync(pidFile, lines("starting"));
    expect(isReady(folder, 77)).toBe(false);
    writeFileSync(pidFile, lines("ready   "));
    expect(isReady(folder, 77)).toBe(true);
    expect(isReady(folder, 78)).toBe(false);
    expect(isReady(folder, undefined)).toBe(false);
  });
});

describe.skipIf(process.platform === "win32")("a process id file of a server that is gone", () => {
  it.each([
    ["names a process that is no server", `${process.pid}\n`],
    ["is empty", ""],
    ["is not a number", "\u0000\u0000\u0000"],
  ])("is removed if it %s", (_name, text) => {
    writeFileSync(pidFile, text);
    expect(findLeftover(folder)).toBeUndefined();
    expect(existsSync(pidFile)).toBe(false);
  });

  it("means a server left behind if the process is one of this folder", async () => {
    const child = spawn(process.execPath, ["-e", "setTimeout(() => {}, 60_000)", "postgres", "-D", folder]);
    await once(child, "spawn");
    writeFileSync(pidFile, `${child.pid}\n`);
    expect(findLeftover(folder)).toBe(child.pid);
    writeFileSync(pidFile, `-${child.pid}\n`); // As a single-user server writes it.
    expect(findLeftover(folder)).toBe(child.pid);
    child.kill("SIGKILL");
    await once(child, "close");
    expect(findLeftover(folder)).toBeUndefined();
  });

  it("is left to PostgreSQL if a server of another folder has the number", async () => {
    const child = spawn(process.execPath, ["-e", "setTimeout(() => {}, 60_000)", "postgres", "-D", "/elsewhere"]);
    await once(child, "spawn");
    writeFileSync(pidFile, `${child.pid}\n`);
    expect(findLeftover(folder)).toBeUndefined();
    expect(existsSync(pidFile)).toBe(true);
    child.kill("SIGKILL");
    await once(child, "close");
  });
});
