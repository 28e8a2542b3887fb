import { z } from "zod";

/** An instant that the ledger can keep: whole seconds from 1970 on, in UTC. */
export const Instant = z.iso
  .datetime({ error: "Expected an instant in UTC such as 2026-11-22T09:30:00Z.", abort: true })
  .refine((text) => Date.parse(text) > 0 && Date.parse(text) % 1000 === 0, {
    params: { code: "out-of-range" },
    message: "Expected whole seconds after the beginning of 1970.",
  })
  .meta({ description: "Instant in UTC, whole seconds.", example: "2026-11-22T09:30:00Z" });

/** An instant as the ledger keeps it: seconds since 1970. */
export function secondsOf(instant: string): number {
  return Date.parse(instant) / 1000;
}

/** Seconds of the ledger as an instant. */
export function instantOf(seconds: bigint): string {
  return new Date(Number(seconds) * 1000).toISOString();
}
