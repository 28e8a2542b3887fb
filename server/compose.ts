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
import type { Ledger } from "./chain/rpc.ts";
import type { Config } from "./config.ts";
import { projections, routesOf } from "./features.ts";
import { openFoundation, type Foundation } from "./foundation.ts";
import { healthRoutes } from "./http/health.ts";
import { startIndexer, type Indexer } from "./indexer/indexer.ts";
import { deployerKeyOf, enrolMembers, gatherMembers, genesisOf, numberMembers, type Members } from "./members.ts";
import { requireOneSigner, type PartyDescription } from "./parties.ts";
import { StartError } from "./startError.ts";
import { laneStoreOf } from "./store/laneStore.ts";
import { openSettlements } from "./store/settlements.ts";

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
  const members = await gatherMembers(config, parties);
  const foundation = await openFoundation(config, log, onFailure);
  try {
    const deployment = await deploymentOf(config, foundation.ledger, members);
    return await startService({ config, log, onFailure, members, foundation, deployment });
  } catch (error) {
    await foundation.close();
    throw error;
  }
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
  members: Members;
  foundation: Foundation;
  deployment: Deployment;
};

async function startService({ config, log, onFailure, members, foundation, deployment }: Parts): Promise<Service> {
  const { database, ledger, ledgerUrl } = foundation;
  const { signers } = members;
  await enrolMembers(database, config, members.all);
  const settlements = openSettlements();
  const onSettled = (ids: readonly string[]) => settlements.notify(ids);
  const indexer = await startIndexer({ database, ledger, deployment, projections, log, onSettled, onHalt: onFailure });
  await indexer.waitForBlock(await newestBlock(ledger));
  await numberMembers(database);

  const lanes = startLanes({ ledger, store: laneStoreOf(database), signers, log, onSettled });
  const gateway = makeGateway({ ledger, deployment, signers });
  const deps = { database, gateway, settlements, wakeLane: (signer: string) => lanes.wake(signer) };
  const routes = [
    ...healthRoutes(() => whyNotReady(indexer, ledger)),
    ...routesOf({ ...deps, deployment, documentsDir: join(config.dataDir, "documents") }),
  ];
  const app = createApp({
    ...deps,
    routes,
    log,
    version: manifest.version,
    requestsPerMinute: REQUESTS_PER_MINUTE,
  });
  const stopWorkers = async () => {
    await lanes.stop();
    await indexer.stop();
  };
  const server = createServer(app);
  try {
    await listen(server, config.port);
  } catch (error) {
    await stopWorkers();
    throw error;
  }
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    ledgerUrl,
    deployment,
    async stop() {
      const closed = once(server, "close");
      server.close();
      settlements.close();
      server.closeIdleConnections();
      await closed;
      await stopWorkers();
      await foundation.close();
    },
  };
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
    const reason = (error as NodeJS.ErrnoException).code === "EADDRINUSE" ? "is in use" : (error as Error).message;
    throw new StartError(`The API cannot listen: port ${port} ${reason}.`, { cause: error });
  }
}
