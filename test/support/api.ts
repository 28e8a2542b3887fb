import type { AddressInfo } from "node:net";
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import type { Express } from "express";
import { expect } from "vitest";

export type ApiAnswer = { status: number; headers: Headers; body: any; text: string };

export type Send = {
  /** API key of the caller; none is sent when left out. */
  as?: string;
  /** Sent as JSON, or as it is when a string. */
  body?: unknown;
  headers?: Record<string, string>;
};

/** An app that listens on a free port, called over real HTTP. */
export type TestApi = {
  url: string;
  send(method: string, path: string, send?: Send): Promise<ApiAnswer>;
  /** Sends, and fails when the answer is not what the OpenAPI document promises for it. */
  sendChecked(method: string, path: string, send?: Send): Promise<ApiAnswer>;
  close(): Promise<void>;
};

/** Lets an app listen. */
export async function startApi(app: Express): Promise<TestApi> {
  const server = app.listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const send: TestApi["send"] = async (method, path, { as, body, headers } = {}) => {
    const response = await fetch(url + path, {
      method,
      headers: {
        ...(as !== undefined && { authorization: `Bearer ${as}` }),
        ...(body !== undefined && { "content-type": "application/json" }),
        ...headers,
      },
      ...(body !== undefined && { body: typeof body === "string" ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    const isJson = /json/.test(response.headers.get("content-type") ?? "");
    return { status: response.status, headers: response.headers, text, body: isJson ? JSON.parse(text) : undefined };
  };
  const document = (await send("GET", "/openapi.json")).body;
  const check = checkerOf(document);
  return {
    url,
    send,
    async sendChecked(method, path, sent) {
      const answer = await send(method, path, sent);
      check(method, path, answer);
      return answer;
    },
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

/** A function that fails when an answer does not fit an OpenAPI document. */
export function checkerOf(document: any): (method: string, path: string, answer: ApiAnswer) => void {
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  (addFormats as unknown as (ajv: Ajv2020) => void)(ajv);
  ajv.addSchema(document, "api");
  // A path without parameters comes before one with them that fits too (OpenAPI 3.1, "path templating matching").
  const templates = Object.keys(document.paths)
    .sort((a, b) => a.split("{").length - b.split("{").length)
    .map((template) => ({ template, form: new RegExp(`^${template.replaceAll(/\{\w+\}/g, "[^/]+")}$`) }));
  return (method, path, { status, headers, body }) => {
    const template = templates.find(({ form }) => form.test(path.split("?")[0]!))?.template;
    expect(template, `${path} is in the document`).toBeDefined();
    const type = headers.get("content-type")?.split(";")[0] ?? "";
    const steps = ["paths", template!, method.toLowerCase(), "responses", String(status)];
    const validate = schemaAt(ajv, document, steps, type);
    expect(validate, `${method} ${template} promises nothing for ${status} ${type}`).toBeDefined();
    expect(validate!(body), `${method} ${template} ${status}: ${ajv.errorsText(validate!.errors)}`).toBe(true);
  };
}

function schemaAt(ajv: Ajv2020, document: any, steps: readonly string[], type: string): ValidateFunction | undefined {
  const response = steps.reduce((at, step) => at?.[step], document);
  const found = response?.$ref ? String(response.$ref).slice(2).split("/") : steps;
  const pointer = [...found, "content", type, "schema"].map((step) => step.replaceAll("~", "~0").replaceAll("/", "~1"));
  try {
    return ajv.getSchema(`api#/${pointer.map(encodeURIComponent).join("/")}`);
  } catch (error) {
    throw new Error(`The schema of ${steps.join(" ")} cannot be read.`, { cause: error });
  }
}
