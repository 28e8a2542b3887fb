import { cast, type Actors, type PartyName } from "../../support/actors.ts";
import { singletonKeys, type SingletonKey } from "../../support/world.ts";
import type { Scene } from "./scenes.ts";

const loners = ["deployer", "holder", "secondHolder", "outsider", "spare"] as const satisfies (keyof Actors)[];

/** Whoever may try a function: each party, keys of no party, every singleton and both notes as a caller. */
export type Caller = PartyName | (typeof loners)[number] | SingletonKey | "note" | "exactNote";

export const partyNames = Object.keys(cast) as PartyName[];

export const everybody: readonly Caller[] = [...partyNames, ...loners, ...singletonKeys, "note", "exactNote"];

/** Parties with a role, in the order of the cast. */
export const holding = (role: string): PartyName[] =>
  partyNames.filter((name) => (cast[name] as readonly string[]).includes(role));

/** Who may open a decision of three parties. */
export const makers = [...new Set([...holding("REGISTRAR"), ...holding("REGULATOR")])];

export const isParty = (caller: Caller): caller is PartyName => caller in cast;

/** The address from which a caller calls. */
export function addressOf(scene: Scene, caller: Caller): string {
  if (isParty(caller)) return scene.actors[caller].key.address;
  if (caller === "note" || caller === "exactNote") return String(scene[caller].target);
  if (caller in scene.wiring) return scene.wiring[caller as SingletonKey];
  return scene.actors[caller as (typeof loners)[number]].address;
}
