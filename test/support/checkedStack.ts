import { checkerOf } from "./api.ts";
import { startStack, type Stack } from "./stack.ts";

/** A stack in which a request fails when its answer is not what the OpenAPI document promises. */
export async function startCheckedStack(settings: NodeJS.ProcessEnv = {}): Promise<Stack> {
  const stack = await startStack(settings);
  const check = checkerOf((await stack.request(null, "GET", "/openapi.json")).body);
  return {
    ...stack,
    async request(party, method, path, options) {
      const answer = await stack.request(party, method, path, options);
      check(method, path, answer);
      return answer;
    },
  };
}
