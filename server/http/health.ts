import { z } from "zod";
import { AppError } from "../errors.ts";
import { readRoute, type Route } from "./route.ts";

const Health = z.strictObject({ status: z.literal("ok") }).meta({ id: "Health" });

/**
 * Whether the process lives, and whether it can do its work.
 * @param whyNotReady Sentences that say what is missing; empty when nothing is.
 */
export function healthRoutes(whyNotReady: () => Promise<readonly string[]>): Route[] {
  return [
    readRoute({
      path: "/healthz",
      operationId: "getHealth",
      summary: "The process lives.",
      access: "public",
      response: Health,
      handler: async () => ({ status: "ok" as const }),
    }),
    readRoute({
      path: "/readyz",
      operationId: "getReadiness",
      summary: "The service reaches its database and ledger and has caught up.",
      access: "public",
      response: Health,
      async handler() {
        const missing = await whyNotReady();
        if (missing.length > 0) throw new AppError("not-ready", { detail: missing.join(" ") });
        return { status: "ok" as const };
      },
    }),
  ];
}
