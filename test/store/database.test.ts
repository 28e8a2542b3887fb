import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openDatabase, type Database } from "../../server/store/database.ts";
import { startTestDatabase, type TestServer } from "../support/database.ts";

let database: Database, url: string, server: TestServer, stop: () => Promise<void>;

const nobody = { party: "nobody", partyId: 0, seesAll: false };

beforeAll(async () => {
  ({ database, url, server, stop } = await startTestDatabase());
  await database.query("create table records.thing (id int primary key, size numeric(78, 0))");
});
afterAll(() => stop());

describe("openDatabase", () => {
  it("says in one sentence where nobody answers, without the password", async () => {
    const opening = openDatabase({ url: "postgres://someone:secret@127.0.0.1:1/registry" });
    await expect(opening).rejects.toThrow(/^The database at 127\.0\.0\.1:1\/registry cannot be reached: .*\.$/);
    await expect(opening).rejects.toThrow(expect.not.stringContaining("secret"));
  });

  it("says that a database does not exist", async () => {
    const opening = openDatabase({ url: url.replace("/records", "/elsewhere") });
    await expect(opening).rejects.toThrow(/elsewhere cannot be reached: database "elsewhere" does not exist/);
  });

  it("reads int8 and numeric as bigint, in arrays too, and dates as they are written", async () => {
    const { rows } = await database.query(
      `select 9007199254740993 as int8, 123456789012345678901234567890::numeric as numeric, array[1, null]::int8[] as list,
         date '2004-11-15' as date, 7 as int4`,
    );
    expect(rows).toEqual([
      {
        int8: 9007199254740993n,
        numeric: 123456789012345678901234567890n,
        list: [1n, null],
        date: "2004-11-15",
        int4: 7,
      },
    ]);
  });

  it("refuses to round a number that is not whole", async () => {
    await expect(database.query("select 1.5 as half")).rejects.toThrow(SyntaxError);
  });
});

describe("tx", () => {
  it("rolls back when the work throws", async () => {
    const failing = database.tx(async (tx) => {
      await tx.query("insert into records.thing values (1, 1)");
      throw new Error("changed my mind");
    });
    await expect(failing).rejects.toThrow("changed my mind");
    expect((await database.query("select * from records.thing")).rows).toEqual([]);
  });

  it("does not pretend to have committed when the work swallowed a failed statement", async () => {
    const failing = database.tx(async (tx) => {
      await tx.query("insert into records.thing values (1, 1)");
      await tx.query("insert into records.thing values (1, 2)").catch(() => {});
    });
    await expect(failing).rejects.toThrow("The transaction was rolled back because one of its statements failed.");
    expect((await database.query("select * from records.thing")).rows).toEqual([]);
  });

  it("reports a connection lost in its midst as database-unavailable, and the pool heals", async () => {
    const failing = database.tx(async (tx) => {
      const { rows } = await tx.query<{ pid: number }>("select pg_backend_pid() as pid");
      await database.query("select pg_terminate_backend($1)", [rows[0]!.pid]);
      await tx.query("insert into records.thing values (1, 1)");
    });
    await expect(failing).rejects.toMatchObject({ code: "database-unavailable", status: 503 });
    expect((await database.query("select 1 as one")).rows).toEqual([{ one: 1 }]);
  });

  it("commits what the work did and returns its value", async () => {
    const value = await database.tx(async (tx) => {
      await tx.query("insert into records.thing values (2, $1)", [10n ** 70n]);
      return "done";
    });
    expect(value).toBe("done");
    expect((await database.query("select size from records.thing where id = 2")).rows).toEqual([{ size: 10n ** 70n }]);
  });
});

describe("read", () => {
  it("cannot write, also to tables that it may read", async () => {
    await database.query("grant select, insert on records.thing to narrowgate_reader");
    await expect(database.read(nobody, (db) => db.query("insert into records.thing values (3, 3)"))).rejects.toThrow(
      "cannot execute INSERT in a read-only transaction",
    );
  });

  it.each(["records.api_key", "records.idempotency"])("cannot see %s", async (table) => {
    await expect(database.read(nobody, (db) => db.query(`select * from ${table}`))).rejects.toThrow(
      "permission denied",
    );
  });

  it("states the caller to policies, and only until its end", async () => {
    const caller =
      "select records.caller_party() as party, records.caller_party_id() as id, records.caller_sees_all() as all";
    const scope = { party: "o'hara", partyId: 7, seesAll: true };
    expect((await database.read(scope, (db) => db.query(caller))).rows).toEqual([
      { party: "o'hara", id: 7, all: true },
    ]);
    expect((await database.query(caller)).rows).toEqual([{ party: null, id: null, all: false }]);
  });

  it("sees one snapshot throughout", async () => {
    await database.query("delete from records.thing");
    const counts = await database.read(nobody, async (db) => {
      const count = async () => (await db.query<{ n: bigint }>("select count(*) as n from records.thing")).rows[0]!.n;
      const before = await count();
      await database.query("insert into records.thing values (4, 4)");
      return [before, await count()];
    });
    expect(counts).toEqual([0n, 0n]);
  });

  it("answers nothing when its role cannot be taken on", async () => {
    const bare = await openDatabase({ url: await server.createDatabase("bare") });
    await database.query("alter role narrowgate_reader rename to someone_else");
    try {
      await expect(bare.read(nobody, (db) => db.query("select 1"))).rejects.toThrow(/narrowgate_reader|aborted/);
    } finally {
      await database.query("alter role someone_else rename to narrowgate_reader");
      await bare.close();
    }
  });
});
