import { Ajv2020 } from "ajv/dist/2020.js";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startWorld, type World } from "./world.ts";

let world: World, document: any;
let operations: { path: string; method: string; operation: any }[];

beforeAll(async () => {
  world = await startWorld();
  document = (await world.api.send("GET", "/openapi.json")).body;
  operations = Object.entries<any>(document.paths).flatMap(([path, item]) =>
    Object.entries<any>(item).map(([method, operation]) => ({ path, method, operation })),
  );
});
afterAll(() => world.stop());

const named = (reference: string) =>
  reference
    .slice(2)
    .split("/")
    .reduce((at, step) => at?.[step], document);

/** Every place of the document, with what stands there. */
function* places(value: any, path = "#"): Generator<[string, any]> {
  yield [path, value];
  if (typeof value !== "object" || value === null) return;
  for (const [key, inner] of Object.entries(value)) yield* places(inner, `${path}/${key}`);
}

describe("the OpenAPI document", () => {
  it("describes every route that is mounted", () => {
    expect(operations.map(({ method, path }) => `${method} ${path}`)).toEqual([
      "get /healthz",
      "get /readyz",
      "get /v1/notes/{noteId}",
      "get /v1/failures",
      "post /v1/notes",
      "post /v1/notes/check",
      "post /v1/moves",
    ]);
  });

  it("names each operation once, and declares the parameters of its path", () => {
    const names = operations.map(({ operation }) => operation.operationId);
    expect(new Set(names).size).toBe(names.length);
    for (const { path, operation } of operations) {
      const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      const declared = (operation.parameters ?? []).filter((parameter: any) => parameter.in === "path");
      expect(declared.map(({ name, required }: any) => [name, required])).toEqual(inPath.map((name) => [name, true]));
    }
  });

  it("has nothing behind a reference that leads nowhere", () => {
    const references = [...places(document)].filter(([path]) => path.endsWith("/$ref"));
    expect(references.length).toBeGreaterThan(10);
    expect(references.filter(([, reference]) => named(reference) === undefined)).toEqual([]);
  });

  it("holds schemas that can be compiled", () => {
    const ajv = new Ajv2020({ strict: false, validateFormats: false });
    ajv.addSchema(document, "api");
    for (const name of Object.keys(document.components.schemas)) {
      expect(ajv.getSchema(`api#/components/schemas/${name}`), name).toBeTypeOf("function");
    }
  });

  it("refuses unknown fields in every object of a request", () => {
    const bodies = operations.flatMap(({ operation }) => (operation.requestBody ? [operation.requestBody] : []));
    const objects = bodies.flatMap((body) => [...places(resolve(body))]).filter(([, at]) => at?.type === "object");
    expect(objects.length).toBeGreaterThan(1);
    expect(objects.filter(([, at]) => at.additionalProperties !== false)).toEqual([]);
  });

  it("asks for an API key everywhere but where everybody may look", () => {
    const open = operations.filter(({ operation }) => operation.security.length === 0).map(({ path }) => path);
    expect(open).toEqual(["/healthz", "/readyz"]);
    expect(document.components.securitySchemes.apiKey).toMatchObject({ type: "http", scheme: "bearer" });
  });

  it("asks for an idempotency key on commands and records alone", () => {
    const keyed = operations.filter(({ operation }) =>
      operation.parameters?.some(({ name, required }: any) => name === "Idempotency-Key" && required),
    );
    expect(keyed.map(({ operation }) => operation.operationId)).toEqual(["createNote", "move"]);
  });

  it("promises a problem for each status above 400", () => {
    for (const { operation } of operations) {
      for (const [status, response] of Object.entries<any>(operation.responses)) {
        const { content } = response.$ref ? named(response.$ref) : response;
        const type = Number(status) < 400 ? "application/json" : "application/problem+json";
        expect(Object.keys(content), `${operation.operationId} ${status}`).toEqual([type]);
      }
    }
  });

  /** Puts what references mean in their place. */
  function resolve(value: any): any {
    if (typeof value !== "object" || value === null) return value;
    if (typeof value.$ref === "string") return resolve(named(value.$ref));
    return Array.isArray(value)
      ? value.map(resolve)
      : Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, resolve(inner)]));
  }
});
