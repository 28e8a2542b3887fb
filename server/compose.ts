import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import type { Logger } from "pino";
import manifest from "../package.json" with { type: "json" };
import { createApp } from "./app.ts";
import { deployLedger } from "./chain/deployment.ts";
import { openDeployment } from "./chain/deploymentCheck.ts";
import type { Deployment } from "./chain/deploymentManifest.ts";
import { makeGateway } from "./chain/gateway.ts";
import { startLanes } from "./chain/lanes.ts";
import { LedgerUnreachable, RpcError, type Ledger } from "./chain/rpc.ts";
import type { Config } from "./config.ts";
import { AppError } from "./errors.ts";
import { projections, routesOf } from "./features.ts";
import { openFoundation, takeDataFolder, type Foundation } from "./foundation.ts";
import { healthRoutes } from "./http/health.ts";
import { startIndexer, type Indexer } from "./indexer/indexer.ts";
import { deployerKeyOf, enrolMembers, gatherMembers, genesisOf, numberMembers, type Members } from "./members.ts";
import { requireOneSigner, type PartyDescription } from "./parties.ts";
import { StartError } from "./startError.ts";
import { laneStoreOf } from "./store/laneStore.ts";
import { openSettlements } from "./store/settlements.ts";
import { openVault } from "./vaultKeys.ts";

/** A running service. */
export type Service = {
  /** Address of the HTTP API, without a slash at the end. */
  url: string;
  ledgerUrl: string;
  deployment: Deployment;
  /** Ends in order: no new requests, then lanes and indexer, then database and ledger. */
  stop(): Promise<void>;
};

const REQUESTS_PER_MINUTE = 60_000;

/**
 * Puts the parts together and starts them. The only place that does.
 *
 * @param options.onFailure Called when a part stops for good later on; the service should then be ended.
 * @throws StartError with one sentence when a part does not start; what was started before is stopped again.
 */
export async function compose(options: {
  config: Config;
  parties: readonly PartyDescription[];
  log: Logger;
  onFailure: (error: Error) => void;
}): Promise<Service> {
  const { config, parties, log, onFailure } = options;
  if (config.isProduction) requireOneSigner(parties);
  await using started = new AsyncDisposableStack();
  try {
    started.defer(takeDataFolder(config.dataDir));
    const members = await gatherMembers(config, parties);
    const foundation = await openFoundation(config, log, started, onFailure);
    const deployment = await deploymentOf(config, foundation.ledger, members);
    const url = await startService({ config, log, onFailure, started, members, foundation, deployment });
    const running = started.move();
    return { url, ledgerUrl: foundation.ledgerUrl, deployment, stop: () => running.disposeAsync() };
  } catch (error) {
    throw asStartError(error);
  }
}

/** Database and ledger can also go away, or refuse, in the middle of a start. */
function asStartError(error: unknown): unknown {
  const { message } = error as Error;
  if (error instanceof LedgerUnreachable) {
    return new StartError(`The ledger has stopped answering: ${message}.`, { cause: error });
  }
  if (error instanceof RpcError) return new StartError(`The ledger refuses a request: ${message}.`, { cause: error });
  return error instanceof AppError ? new StartError(message, { cause: error }) : error;
}

/** The deployment that a manifest names, or one that this process makes; production never deploys by itself. */
async function deploymentOf(config: Config, ledger: Ledger, members: Members): Promise<Deployment> {
  if (config.deploymentFile !== undefined) return openDeployment({ ledger, manifestFile: config.deploymentFile });
  const manifestFile = join(config.dataDir, "deployment.json");
  const deployerKey = await deployerKeyOf(config);
  return deployLedger({ ledger, deployerKey, genesis: genesisOf(members.all), manifestFile });
}

type Parts = {
  config: Config;
  log: Logger;
  onFailure: (error: Error) => void;
  /** Receives what ends each part, so that they end in the reverse order of their start. */
  started: AsyncDisposableStack;
  members: Members;
  foundation: Foundation;
  deployment: Deployment;
};

/** Starts indexer, lanes and API. Returns the address of the API. */
async function startService(parts: Parts): Promise<string> {
  const { config, log, onFailure, started, members, deployment } = parts;
  const { database, ledger } = parts.foundation;
  const { signers } = members;
  await enrolMembers(database, config, members.all);
  const vaultKeys = await openVault(database, config);
  const settlements = openSettlements();
  const onSettled = (ids: readonly string[]) => settlements.notify(ids);
  const indexer = await startIndexer({ database, ledger, deployment, projections, log, onSettled, onHalt: onFailure });
  started.defer(() => indexer.stop());
  await indexer.waitForBlock(await newestBlock(ledger));
  await numberMembers(database);

  const lanes = startLanes({ ledger, store: laneStoreOf(database), signers, log, onSettled });
  started.defer(() => lanes.stop());
  const gateway = makeGateway({ ledger, deployment, signers });
  const deps = { database, gateway, settlements, wakeLane: (signer: string) => lanes.wake(signer) };
  const routes = [
    ...healthRoutes(() => whyNotReady(indexer, ledger)),
    ...routesOf({ ...deps, deployment, vaultKeys, documentsDir: join(config.dataDir, "documents") }),
  ];
  const app = createApp({ ...deps, routes, log, version: manifest.version, requestsPerMinute: REQUESTS_PER_MINUTE });
  const server = createServer(app);
  await listen(server, config.port);
  started.defer(() => close(server));
  started.defer(() => settlements.close()); // before the server: it lets go of the requests that wait
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function newestBlock(ledger: Ledger): Promise<number> {
  return Number(await ledger.request<string>("eth_blockNumber", []));
}

const LAG_BLOCKS_MAX = 20;

async function whyNotReady(indexer: Indexer, ledger: Ledger): Promise<string[]> {
  try {
    const lag = (await newestBlock(ledger)) - indexer.head().number;
    return lag > LAG_BLOCKS_MAX ? [`The read model is ${lag} blocks behind the ledger.`] : [];
  } catch {
    return ["The ledger does not answer."];
  }
}

async function listen(server: Server, port: number): Promise<void> {
  server.listen(port, "127.0.0.1");
  try {
    await once(server, "listening");
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const reason = code === "EADDRINUSE" ? "is in use" : `cannot be opened: ${message}`;
    throw new StartError(`The API cannot listen: port ${port} ${reason}.`, { cause: error });
  }
}

const CLOSE_LIMIT_MS = 5_000;

/** Lets requests under way finish, but does not wait for a client that never ends its own. */
async function close(server: Server): Promise<void> {
  const closed = once(server, "close");
  server.close();
  const cut = setTimeout(() => server.closeAllConnections(), CLOSE_LIMIT_MS);
  await closed;
  clearTimeout(cut);
}
