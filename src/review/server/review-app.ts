import { type Context, Hono } from 'hono';
import { readShippedFile } from '../../adapters/files/read-file.ts';
import { KinemacolorError } from '../../errors.ts';
import type { EditingSession } from '../../pipeline/project/editing-session.ts';
import { DoubtfulPicture } from '../../pipeline/project/put-picture.ts';
import type { Refusal } from '../contract.ts';
import { changeRoutes } from './change-routes.ts';
import type { Broadcast } from './event-stream.ts';
import { exportRoutes } from './export-routes.ts';
import { guard } from './guard.ts';
import { lookRoutes } from './look-routes.ts';
import { openProjectViews } from './project-view.ts';
import { proxyRoutes } from './proxy-routes.ts';
import { refuse } from './request.ts';
import { versionRoutes } from './version-routes.ts';

export interface ReviewOptions {
  readonly session: EditingSession;
  readonly broadcast: Broadcast;
  readonly token: string;
  /** Names this start of the server. */
  readonly start: string;
  /** Folder that the built page lies in. */
  readonly page: URL;
}

/** The loop's HTTP interface, as `contract` says it. Every refusal is JSON { message } with one sentence, and changes nothing. */
export function reviewApp({ session, broadcast, token, start, page }: ReviewOptions): Hono {
  const app = new Hono();
  app.use(guard(token));
  app.onError((cause, context) => {
    if (cause instanceof DoubtfulPicture)
      return refuse(context, { message: cause.message, offers: ['reference', 'anyway'] }, 409);
    if (cause instanceof KinemacolorError)
      return refuse(context, { message: cause.message, ...offersFor(context, cause) }, statusOf(cause));
    return refuse(context, { message: `Internal error, please report it: ${cause.message}` }, 500);
  });
  app.notFound(context => refuse(context, { message: `There is nothing at ${context.req.path}.` }, 404));
  pageRoutes(app, page);
  const desk = { session, broadcast, start, views: openProjectViews(session, start) };
  lookRoutes(app, desk);
  changeRoutes(app, desk);
  exportRoutes(app, desk);
  proxyRoutes(app, desk);
  versionRoutes(app, desk);
  return app;
}

/** A picture that cannot be a frame may be a reference. */
function offersFor(context: Context, cause: KinemacolorError): Pick<Refusal, 'offers'> {
  const wrongSize = cause.kind === 'reference' && cause.message.startsWith('The picture for frame');
  return wrongSize && context.req.query('use') !== 'reference' ? { offers: ['reference'] } : {};
}

/** What cannot be is the asker's fault, or a picture that cannot be used; all else is ours. */
function statusOf({ kind }: KinemacolorError): 400 | 500 {
  return kind === 'usage' || kind === 'reference' ? 400 : 500;
}

function pageRoutes(app: Hono, page: URL): void {
  for (const [path, name, type] of [
    ['/', 'index.html', 'text/html; charset=utf-8'],
    ['/page.js', 'page.js', 'text/javascript; charset=utf-8'],
    ['/page.css', 'page.css', 'text/css; charset=utf-8'],
  ] as const)
    app.get(path, async context => {
      const content = await readShippedFile(new URL(name, page)).catch(() => undefined);
      if (!content) return context.text('The review page is not built; run "npm run build".', 404);
      return context.body(new Uint8Array(content), 200, { 'content-type': type });
    });
}
