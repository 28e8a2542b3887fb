import { readFileSync } from "node:fs";
import { join } from "node:path";
import { openSigners } from "../../server/chain/signers.ts";
import type { Config } from "../../server/config.ts";
import { OUTSIDE_KEYS, outsideKeyName } from "../../server/members.ts";
import type { PartyDescription } from "../../server/parties.ts";
import type { Outside, SignOutside } from "./client.ts";

/** The keys of attesters and regulator, which the service never sees. */
export async function openOutsideKeys(
  { dataDir }: Config,
  parties: readonly PartyDescription[],
): Promise<{ outside: Record<string, Outside[]>; sign: SignOutside }> {
  const outsiders = parties.filter(({ signs }) => signs === "outside");
  const names = outsiders.flatMap(({ code, keys }) => Array.from({ length: keys }, (_, n) => outsideKeyName(code, n)));
  const passphrase = readFileSync(join(dataDir, "passphrase"), "utf8");
  const signers = await openSigners({ folder: join(dataDir, OUTSIDE_KEYS), passphrase, parties: names });
  const nameOf = new Map(signers.held().map(({ party, address }) => [address, party]));
  const outside = Object.fromEntries(
    outsiders.map(({ code, keys }) => [
      code,
      Array.from({ length: keys }, (_, n) => ({ address: signers.addressOf(outsideKeyName(code, n))! })),
    ]),
  );
  const sign: SignOutside = (address, { chainId, nonce, to, data, gasLimit }) =>
    signers.sign(nameOf.get(address)!, { chainId, nonce, to, data, gasLimit: BigInt(gasLimit) }).raw;
  return { outside, sign };
}
