import { readFile } from "node:fs/promises";
import { z } from "zod";
import { StartError } from "./startError.ts";
import { roles } from "./store/parties.ts";

const Party = z.strictObject({
  /** Short name in the API, in file names and in commands. */
  code: z.string().regex(/^[a-z][a-z0-9-]{1,39}$/),
  name: z.string().min(1).max(120),
  /** Reference under which a ledger that others deployed knows the party; made up where this process deploys. */
  ref: z
    .string()
    .regex(/^0x[0-9a-f]{64}$/)
    .optional(),
  roles: z.array(z.enum(roles)).min(1),
  /** `here`: this process holds the signing key. `outside`: the party signs what this process prepares. */
  signs: z.enum(["here", "outside"]),
  /** Addresses of the signing keys of a party that signs outside; the first is the one it usually signs with. */
  addresses: z
    .array(z.string().regex(/^0x[0-9a-fA-F]{40}$/))
    .min(1)
    .optional(),
  /** Made-up parties of the embedded stack only: how many keys to make for a party that signs outside. */
  keys: z.int().min(1).max(9).default(1),
});

export type PartyDescription = z.infer<typeof Party>;

/**
 * Reads the file that names the parties of a registry.
 *
 * @throws StartError when the file cannot be read, is not of this shape, or names a party twice.
 */
export async function readParties(file: string | URL): Promise<PartyDescription[]> {
  const place = String(file);
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (error) {
    throw new StartError(`The parties file ${place} cannot be read: ${(error as Error).message}.`, { cause: error });
  }
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new StartError(`The parties file ${place} is not JSON.`, { cause: error });
  }
  const parsed = z.array(Party).min(1).safeParse(json);
  if (!parsed.success) {
    const first = parsed.error.issues[0]!;
    throw new StartError(
      `The parties file ${place} is wrong at ${first.path.join(".") || "its root"}: ${first.message}.`,
    );
  }
  const twice = firstTwice(parsed.data);
  if (twice) throw new StartError(`The parties file ${place} names ${twice} twice.`);
  return parsed.data;
}

/** A code, reference or address by which two parties could not be told apart. */
function firstTwice(parties: readonly PartyDescription[]): string | undefined {
  const names = parties.flatMap(({ code, ref, addresses = [] }) => [
    code,
    ...(ref ? [ref] : []),
    ...addresses.map((address) => address.toLowerCase()),
  ]);
  return names.find((name, i) => names.indexOf(name) !== i);
}

/**
 * In production each member runs its own process with its own key alone, so that no process can act for two sides of a
 * control (R-G1).
 *
 * @throws StartError when more than one party would sign here.
 */
export function requireOneSigner(parties: readonly PartyDescription[]): void {
  const here = parties.filter(({ signs }) => signs === "here").map(({ code }) => code);
  if (here.length <= 1) return;
  throw new StartError(`In production one process signs for one party, but ${here.join(", ")} are all to sign here.`);
}
