import { serveStatic } from '@hono/node-server/serve-static';
import { Hono } from 'hono';
import { loadWatchPackages, type WatchPackages } from '../../adapters/queue/load-bullmq.ts';
import { guard } from '../../review/server/guard.ts';
import { listenHere } from '../../review/server/listen-here.ts';
import { chosenToken, newToken } from '../../review/server/token.ts';
import type { FarmConnection } from '../queue/connect-farm.ts';
import { farmMetrics, machinesOf } from './farm-metrics.ts';

/** A page and metrics of a farm on this machine. */
export interface FarmWatch {
  /** The page's address, with its token. */
  readonly url: string;
  close(): Promise<void>;
}

/** bull-board's page has styles of its own in it; its fonts from elsewhere are not fetched. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; connect-src 'self'; base-uri 'self'; form-action 'none'; frame-ancestors 'none'";
const COOKIE = 'kinemacolor-farm';

/**
 * Serve a farm's dashboard (/, which changes nothing) and its metrics for Prometheus (/metrics) on this machine alone. `port`: 0
 * takes a free one. The token is KINEMACOLOR_FARM_TOKEN, else a new one. Throws `usage` where it is too short or the port is taken,
 * `environment` where optional packages are missing.
 */
export async function watchFarm(farm: FarmConnection, port: number): Promise<FarmWatch> {
  const packages = await loadWatchPackages();
  const secret = chosenToken('KINEMACOLOR_FARM_TOKEN') ?? newToken();
  const app = new Hono();
  app.use(guard(secret, { policy: POLICY, cookie: COOKIE }));
  app.get('/metrics', async context => context.text(await farmMetrics(farm, packages.prometheus)));
  app.route('/', dashboard(farm, packages));
  const { server, port: taken } = await listenHere(app.fetch, port);
  return {
    url: `http://127.0.0.1:${taken}/?token=${secret}`,
    async close() {
      if ('closeAllConnections' in server) server.closeAllConnections();
      await new Promise(resolve => server.close(resolve));
    },
  };
}

function dashboard(farm: FarmConnection, { board, BullMQAdapter, HonoAdapter }: WatchPackages): Hono {
  const server = new HonoAdapter(serveStatic);
  const { setQueues } = board.createBullBoard({
    queues: [],
    serverAdapter: server,
    options: { uiConfig: { boardTitle: 'Kinemacolor' } },
  });
  const app = new Hono();
  app.use('/api/*', async (_, next) => {
    const [films, workers] = await Promise.all([farm.board.films(), farm.board.workers()]);
    const queues = [farm.joins, ...machinesOf(films, workers).map(farm.shots)];
    setQueues(queues.map(queue => new BullMQAdapter(queue, { readOnlyMode: true })));
    await next();
  });
  app.route('/', server.registerPlugin());
  return app;
}
