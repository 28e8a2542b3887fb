import { expect, it } from "vitest";
import { openSettlements } from "../../server/store/settlements.ts";

const SOON_MS = 20;
const LONG_MS = 60_000;

it("lets go after its time when nothing settles", async () => {
  const settlements = openSettlements();
  const waiting = settlements.wait("a", SOON_MS);
  settlements.notify(["b"]);
  const first = await Promise.race([waiting.then(() => "a"), Promise.resolve("nothing yet")]);
  expect(first).toBe("nothing yet");
  await waiting;
});

it("lets everybody go who waits for an operation that settles", async () => {
  const settlements = openSettlements();
  const waiting = [settlements.wait("a", LONG_MS), settlements.wait("a", LONG_MS), settlements.wait("b", LONG_MS)];
  settlements.notify(["a", "b"]);
  await Promise.all(waiting);
});

it("lets everybody go when the service stops", async () => {
  const settlements = openSettlements();
  const waiting = [settlements.wait("a", LONG_MS), settlements.wait("b", LONG_MS)];
  settlements.close();
  await Promise.all(waiting);
});
