import { readdirSync } from "node:fs";
import { appendFile, cp, mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import { openDatabase, type Database } from "../../server/store/database.ts";
import { migrate } from "../../server/store/migrate.ts";
import { startTestServer, type TestServer } from "../support/database.ts";

const OWN = join(import.meta.dirname, "../../server/store/migrations");
const names = readdirSync(OWN).sort();
/** Name of a migration that would come after the last one. */
const next = (name: string) => `${String(names.length + 1).padStart(4, "0")}_${name}.sql`;

let server: TestServer, database: Database, folder: string;
let count = 0;

beforeAll(async () => void (server = await startTestServer()));
afterAll(() => server.stop());

beforeEach(async () => {
  database = await openDatabase({ url: await server.createDatabase(`migrate${++count}`) });
  folder = await mkdtemp(join(tmpdir(), "narrowgate-migrations-"));
  await cp(OWN, folder, { recursive: true });
});
afterEach(async () => {
  await database.close();
  await rm(folder, { recursive: true });
});

const applied = async () => (await database.query("select name from records.migration order by number")).rows;

it("refuses a database whose applied migration was changed, and leaves it as it is", async () => {
  await migrate(database, folder);
  await appendFile(join(folder, "0001_records.sql"), "-- one byte more\n");
  await writeFile(join(folder, next("more")), "create table records.more (id int)");
  await expect(migrate(database, folder)).rejects.toThrow(
    /^Migration 0001_records\.sql was changed after it had been applied to this database\.$/,
  );
  expect(await applied()).toEqual(names.map((name) => ({ name })));
});

it("refuses a database that is newer than the service", async () => {
  await writeFile(join(folder, next("more")), "create table records.more (id int)");
  await migrate(database, folder);
  await expect(migrate(database)).rejects.toThrow(
    `The database has migration ${next("more")}, which is newer than this version of the service.`,
  );
});

it("applies all migrations or none", async () => {
  await writeFile(join(folder, next("broken")), "create table records.more (id nonsense)");
  await expect(migrate(database, folder)).rejects.toThrow('type "nonsense" does not exist');
  expect((await database.query("select 1 from pg_namespace where nspname = 'records'")).rows).toEqual([]);
});

it("refuses numbers with a gap", async () => {
  await rename(join(folder, names.at(-1)!), join(folder, next("late")));
  await expect(migrate(database, folder)).rejects.toThrow(
    `${next("late")} is out of order: number ${names.length} is expected`,
  );
});

it("applies each migration once, also when several processes start together", async () => {
  await Promise.all([migrate(database), migrate(database), migrate(database)]);
  await migrate(database);
  expect(await applied()).toEqual(names.map((name) => ({ name })));
});

it("makes every table of records name a party, except what belongs to the whole deployment", async () => {
  await migrate(database);
  const { rows } = await database.query<{ name: string }>(
    `select t.table_name as name from information_schema.tables t where t.table_schema = 'records'
       and not exists (select from information_schema.columns c where c.table_schema = 'records'
         and c.table_name = t.table_name and c.column_name = 'party') order by 1`,
  );
  expect(rows.map(({ name }) => name)).toEqual(["meta", "migration", "party"]);
});

it("shows the reader nothing of a table with a party unless row-level security guards it", async () => {
  await migrate(database);
  const { rows } = await database.query<{ name: string }>(
    `select c.relname as name from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'party'
     where c.relnamespace = 'records'::regnamespace and c.relkind = 'r' and not c.relrowsecurity
       and has_table_privilege('narrowgate_reader', c.oid, 'select')`,
  );
  expect(rows).toEqual([]);
});
