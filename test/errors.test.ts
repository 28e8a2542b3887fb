import { describe, expect, it } from "vitest";
import { contractErrorNames } from "../server/chain/reverts.ts";
import { AppError, codeOfContractError, problemKinds } from "../server/errors.ts";

const rows = Object.entries(problemKinds);

describe("the table of problems", () => {
  it("has a code for every custom error of every contract", () => {
    expect(contractErrorNames().filter((name) => codeOfContractError(name) === undefined)).toEqual([]);
  });

  it("names no contract error that does not exist, and none twice", () => {
    const mapped = rows.flatMap(([, { contractErrors }]) => contractErrors);
    expect(mapped.filter((name) => !contractErrorNames().includes(name))).toEqual([]);
    expect(mapped.length).toBe(new Set(mapped).size);
  });

  it("never blames the service for what a contract refused", () => {
    const refusals = rows.filter(([, { contractErrors }]) => contractErrors.length > 0);
    expect(refusals.filter(([, { status }]) => ![403, 404, 409, 422].includes(status))).toEqual([]);
  });

  it.each(rows)("words %s in sentences, under a plain code", (code, { title, fix }) => {
    expect(code).toMatch(/^[a-z]+(-[a-z]+)*$/);
    for (const sentence of [title, fix]) expect(sentence).toMatch(/^[A-Z].*\.$/);
  });
});

describe("AppError", () => {
  it("says its detail, or else the title of its code", () => {
    expect(new AppError("not-found").message).toBe("Nothing is known under this address.");
    const error = new AppError("cap-exceeded", { detail: "Class A-1 has 5 left.", values: { capMinor: "5" } });
    expect([error.message, error.status, error.details.values]).toEqual([
      "Class A-1 has 5 left.",
      422,
      { capMinor: "5" },
    ]);
  });
});
