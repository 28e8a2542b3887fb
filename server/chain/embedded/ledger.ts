import { BlockProducer } from "./blockProducer.ts";
import { Journal } from "./journal.ts";
import { startNode } from "./node.ts";
import { RpcError, startRpcServer, type RpcHandler } from "./rpcServer.ts";

/** The running ledger. It is reached over `url` alone, as a node elsewhere would be. */
export type EmbeddedLedger = {
  url: string;
  port: number;
  chainId: number;
  replayedBlocks: number;
  replayMs: number;
  /** Ends requests under way, makes a last block of what was accepted, and lets go of the journal. */
  close(): Promise<void>;
};

export type EmbeddedLedgerOptions = {
  journalFile: string;
  tickMs?: number; // Milliseconds between two looks for something to mine; 100 unless told.
  port?: number; // A free port unless told.
  now?: () => number; // The wall clock in milliseconds of Unix time; tests may bring their own.
  /** Called once if the ledger stops answering, for instance because the disk is full. */
  onFailure?: (error: Error) => void;
};

const METHOD_NOT_FOUND = -32601;
const NODE_METHOD_UNSUPPORTED = -32004;
// No method that moves the clock or the state by other means than a signed transaction, none that signs with a key of
// the node, and no subscription, which HTTP cannot carry.
const SERVED = /^(?:eth_(?!sign|sendTransaction|accounts|requestAccounts|subscribe|unsubscribe)|net_|web3_)/;
const PRICES = new Set(["eth_gasPrice", "eth_maxPriorityFeePerGas"]); // The node would suggest one gwei.

/**
 * Starts the ledger: a single node in this process whose blocks are kept in a journal and made again at start.
 *
 * @throws StartError if the journal is in use, damaged or another chain's, or if the port is in use.
 */
export async function openEmbeddedLedger(options: EmbeddedLedgerOptions): Promise<EmbeddedLedger> {
  const { journalFile, tickMs = 100, port = 0, now = Date.now, onFailure = () => undefined } = options;
  const node = await startNode();
  let journal: Journal | undefined;
  try {
    journal = Journal.open(journalFile, node.identity);
    const producer = new BlockProducer(node, journal, now);
    const started = performance.now();
    const replayedBlocks = await producer.replay();
    const replayMs = performance.now() - started;
    const server = await startRpcServer(port, handler(node.call, producer));
    producer.start(tickMs, onFailure);
    const { chainId } = node.identity;
    const close = async () => {
      try {
        await server.close();
        await producer.stop();
      } finally {
        await node.close();
        journal!.close();
      }
    };
    const url = `http://127.0.0.1:${server.port}`;
    return { url, port: server.port, chainId, replayedBlocks, replayMs, close };
  } catch (error) {
    await node.close();
    journal?.close();
    throw error;
  }
}

function handler(call: RpcHandler, producer: BlockProducer): RpcHandler {
  return async (method, params) => {
    if (!SERVED.test(method)) throw unknownMethod(method);
    if (PRICES.has(method)) return "0x0";
    if (method === "eth_sendRawTransaction") return producer.send(params);
    try {
      return await call(method, params);
    } catch (error) {
      throw (error as { code?: unknown }).code === NODE_METHOD_UNSUPPORTED ? unknownMethod(method) : error;
    } finally {
      await producer.durable();
    }
  };
}

function unknownMethod(method: string): RpcError {
  return new RpcError(METHOD_NOT_FOUND, `The method ${method} does not exist or is not available.`);
}
