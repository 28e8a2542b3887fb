import { chmodSync, chownSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { writeFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { afterAll, afterEach, describe, expect, it } from "vitest";
import { startEmbeddedDatabase, type EmbeddedDatabase } from "../../server/store/embeddedDatabase.ts";
import { startDatabaseProcess, type DatabaseProcess } from "./embeddedDatabaseProcess.ts";

const isRoot = process.getuid?.() === 0;
const parent = mkdtempSync(join(tmpdir(), "narrowgate-embedded-")); // Closed to all others, as mkdtemp makes it.
const dataDir = join(parent, "database");
const cluster = join(dataDir, "cluster");
const running: (EmbeddedDatabase | DatabaseProcess)[] = [];

async function start(folder = dataDir, log?: (line: string) => void, port?: number): Promise<EmbeddedDatabase> {
  const database = await startEmbeddedDatabase({ dataDir: folder, log, port });
  running.push(database);
  return database;
}

async function startElsewhere(folder = dataDir, user = {}): Promise<DatabaseProcess> {
  const started = await startDatabaseProcess(folder, user);
  running.push(started);
  return started;
}

async function query<Row extends pg.QueryResultRow>(url: string, sql: string): Promise<Row[]> {
  const client = new pg.Client({ connectionString: url });
  client.on("error", () => undefined); // The server is killed under it on purpose.
  await client.connect();
  try {
    return (await client.query<Row>(sql)).rows;
  } finally {
    await client.end();
  }
}

async function refusal(attempt: Promise<unknown>): Promise<string> {
  const error = await attempt.catch((e: unknown) => e);
  expect(error).toMatchObject({ name: "StartError" });
  expect((error as Error).message.split("\n")).toHaveLength(1);
  return (error as Error).message;
}

function serverPid(folder = cluster): number {
  return Number.parseInt(readFileSync(join(folder, "postmaster.pid"), "utf8"), 10);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

afterEach(async () => {
  for (const each of running.splice(0)) await ("stop" in each ? each.stop() : each.kill("SIGTERM"));
});

afterAll(() => {
  expect(existsSync(join(cluster, "postmaster.pid"))).toBe(false); // Nothing is left running.
  rmSync(parent, { recursive: true });
});

describe("the first start", () => {
  it("begins anew where an earlier one was cut off, and keeps its password to itself", async () => {
    mkdirSync(`${cluster}.new`, { recursive: true });
    writeFileSync(join(`${cluster}.new`, "PG_VERSION"), "1");
    const lines: string[] = [];
    const { url } = await start(dataDir, (line) => lines.push(line));
    expect(lines).toEqual([`making a new database in ${dataDir}`]);
    expect(existsSync(`${cluster}.new`)).toBe(false);
    expect(statSync(join(dataDir, "password")).mode & 0o777).toBe(0o600);
    expect(statSync(join(dataDir, "postgres.log")).mode & 0o777).toBe(0o600);
    const stranger = url.replace(/:[^:@]+@/, ":wrong@");
    await expect(query(stranger, "select 1")).rejects.toThrow(/password authentication failed/);
    await query(url, "create table kept (n integer); insert into kept values (1)");
  });

  it("has the settings that the house relies on", async () => {
    const { url } = await start();
    const names = ["fsync", "synchronous_commit", "server_encoding", "TimeZone", "listen_addresses", "data_checksums"];
    const shown = names.map((name) => `current_setting('${name}') as "${name}"`);
    const sockets = `current_setting('unix_socket_directories') as sockets`;
    expect(await query(url, `select ${shown.join(", ")}, ${sockets}, datcollate from pg_database limit 1`)).toEqual([
      {
        fsync: "on",
        synchronous_commit: "on",
        server_encoding: "UTF8",
        TimeZone: "UTC",
        listen_addresses: "127.0.0.1",
        data_checksums: "on",
        sockets: "",
        datcollate: "C",
      },
    ]);
    expect((await query<{ version: string }>(url, "show server_version"))[0]).toMatchObject({
      server_version: /^18\./,
    });
  });
});

describe("a second use of the folder", () => {
  it("is refused in this process and in another, and the first goes on undisturbed", async () => {
    const { url } = await start();
    const sentence = `The database in ${dataDir} is in use by another process.`;
    expect(await refusal(start())).toBe(sentence);
    await expect(startElsewhere()).rejects.toThrow(sentence);
    await expect(startElsewhere()).rejects.toThrow(sentence);
    expect(await query(url, "select n from kept")).toEqual([{ n: 1 }]);
  });
});

describe("a port that is taken", () => {
  it("is refused with one sentence", async () => {
    const server = createServer().listen(0, "127.0.0.1");
    await sleep(20);
    const { port } = server.address() as AddressInfo;
    expect(await refusal(start(dataDir, undefined, port))).toBe(`Port ${port} on 127.0.0.1 is in use.`);
    server.close();
    const { url } = await start(dataDir, undefined, port);
    expect(new URL(url).port).toBe(String(port));
  });
});

describe("a database that was not stopped in order", () => {
  it("recovers after PostgreSQL was killed", async () => {
    const lines: string[] = [];
    const first = await start(dataDir, (line) => lines.push(line));
    await query(first.url, "insert into kept values (2)");
    process.kill(serverPid(), "SIGKILL");
    while (lines.length === 0) await sleep(20);
    expect(lines).toEqual([`the database in ${dataDir} ended with SIGKILL, see ${join(dataDir, "postgres.log")}`]);
    await first.stop();
    const { url } = await start();
    expect(await query(url, "select n from kept order by n")).toEqual([{ n: 1 }, { n: 2 }]);
  });

  it("recovers after our process was killed: the server left behind is stopped first", async () => {
    const killed = await startElsewhere();
    await query(killed.url, "insert into kept values (3)");
    const orphan = serverPid();
    await killed.kill("SIGKILL");
    expect(isAlive(orphan)).toBe(true);
    expect((await query(killed.url, "select 1 as n"))[0]).toEqual({ n: 1 });
    const lines: string[] = [];
    const { url } = await start(dataDir, (line) => lines.push(line));
    expect(lines).toEqual([`stopping the database process ${orphan} that an earlier run left behind in ${dataDir}`]);
    expect(serverPid()).not.toBe(orphan);
    await expect(query(killed.url, "select 1")).rejects.toThrow(/ECONNREFUSED/);
    expect(await query(url, "select n from kept order by n")).toEqual([{ n: 1 }, { n: 2 }, { n: 3 }]);
  });

  it("recovers after both were killed in the middle of writing, with a session open", async () => {
    const killed = await startElsewhere();
    const client = new pg.Client({ connectionString: killed.url });
    client.on("error", () => undefined);
    await client.connect();
    await client.query("create table busy (n integer)");
    let committed = 0;
    const writing = (async () => {
      for (;;) {
        await client.query("insert into busy values ($1)", [committed + 1]);
        committed++;
      }
    })().catch(() => undefined);
    await sleep(200);
    const orphan = serverPid();
    await killed.kill("SIGKILL");
    process.kill(orphan, "SIGKILL");
    await writing;
    const { url } = await start();
    const [row] = await query<{ n: number }>(url, "select max(n) as n from busy");
    expect(committed).toBeGreaterThan(0);
    expect([committed, committed + 1]).toContain(row!.n); // The last answer may have been on its way.
  });

  it("is stopped when our process ends by itself without a stop", async () => {
    const ending = await startElsewhere();
    await ending.kill("SIGINT");
    for (let tries = 0; tries < 250 && existsSync(join(cluster, "postmaster.pid")); tries++) await sleep(20);
    expect(existsSync(join(cluster, "postmaster.pid"))).toBe(false); // Removing it is a server's last act.
  });
});

describe("a database that cannot start", () => {
  it("is refused with PostgreSQL's reason if its control file is damaged, and nothing is changed", async () => {
    const file = join(cluster, "global", "pg_control");
    const intact = readFileSync(file);
    const damaged = Buffer.from(intact).fill(0x5a, 24, 200);
    writeFileSync(file, damaged);
    expect(await refusal(start())).toBe(
      `The database in ${dataDir} does not start: incorrect checksum in control file.`,
    );
    expect(readFileSync(file)).toEqual(damaged);
    writeFileSync(file, intact);
    const { url } = await start();
    expect(await query(url, "select n from kept order by n")).toHaveLength(3);
  });

  it("is refused if the cluster is of another version or none", async () => {
    const file = join(cluster, "PG_VERSION");
    const intact = readFileSync(file);
    writeFileSync(file, "9.6\n");
    expect(await refusal(start())).toMatch(
      /incompatible with server \(The data directory was initialized by PostgreSQL version 9\.6, .*\)\.$/,
    );
    rmSync(file);
    expect(await refusal(start())).toMatch(/is not a valid data directory \(File ".*PG_VERSION" is missing\)\.$/);
    writeFileSync(file, intact);
    if (isRoot) chownSync(file, statSync(cluster).uid, statSync(cluster).gid);
  });

  it("is refused if its password is gone", async () => {
    const file = join(dataDir, "password");
    const password = readFileSync(file);
    rmSync(file);
    expect(await refusal(start())).toMatch(/does not start: its password cannot be read \(ENOENT/);
    writeFileSync(file, "another");
    expect(await refusal(start())).toMatch(/does not start: password authentication failed/);
    writeFileSync(file, password);
  });

  it("is refused if the folder is a file", async () => {
    const file = join(parent, "file");
    writeFileSync(file, "");
    expect(await refusal(start(file))).toContain(`The database in ${file} does not start: EEXIST`);
  });
});

describe.runIf(isRoot)("who runs it", () => {
  const nobody = { uid: 65_534, gid: 65_534 };

  it("an ordinary user, then root, then that user again, on the same data", async () => {
    const home = mkdtempSync(join(tmpdir(), "narrowgate-ordinary-"));
    chownSync(home, nobody.uid, nobody.gid);
    const folder = join(home, "database");
    const first = await startElsewhere(folder, nobody);
    await query(first.url, "create table mine (n integer); insert into mine values (1)");
    await first.kill("SIGTERM");
    const second = await start(folder);
    await query(second.url, "insert into mine values (2)");
    await second.stop();
    const third = await startElsewhere(folder, nobody);
    expect(await query(third.url, "select n from mine order by n")).toEqual([{ n: 1 }, { n: 2 }]);
    await third.kill("SIGTERM");
    rmSync(home, { recursive: true });
  });

  it.skipIf(process.platform !== "linux")("no privilege of root, except the one to pass a closed folder", async () => {
    const privileges = (pid: number) => /CapEff:\s+(\w+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))![1]!;
    const closed = await start();
    expect(Number.parseInt(privileges(serverPid()), 16)).toBe(1 << 1); // CAP_DAC_OVERRIDE
    await closed.stop();
    chmodSync(parent, 0o711);
    const open = await start();
    expect(Number.parseInt(privileges(serverPid()), 16)).toBe(0);
    await open.stop();
    chmodSync(parent, 0o700);
  });

  it("an ordinary user is refused a folder that is not his", async () => {
    const folder = join(parent, "closed", "database");
    mkdirSync(folder, { recursive: true });
    chmodSync(parent, 0o711);
    await expect(startElsewhere(folder, nobody)).rejects.toThrow(`The database in ${folder} does not start: `);
    await expect(startElsewhere(join(parent, "new"), nobody)).rejects.toThrow(/does not start: EACCES/);
    chmodSync(parent, 0o700);
  });
});
