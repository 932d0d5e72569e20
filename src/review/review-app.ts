import { type Context, Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { streamSSE } from 'hono/streaming';
import { readShippedFile } from '../adapters/files/read-file.ts';
import { KinemacolorError } from '../errors.ts';
import { editSchema } from '../media/plan/edit.ts';
import { explainIssues } from '../options.ts';
import type { EditingSession } from '../pipeline/project/editing-session.ts';
import { putPicture, putReference } from '../pipeline/project/put-picture.ts';
import { showAfter, showBefore, showKeyframe } from '../pipeline/project/show-frame.ts';
import type { Broadcast } from './event-stream.ts';
import { guard } from './guard.ts';
import { projectView } from './project-view.ts';
import { turnedEdit } from './turned-edit.ts';

/** Bytes of an edit (a palette of a thousand places), and of a picture (a 16-bit PNG of a 4K frame). */
const EDIT_BYTES = 256e3;
const PICTURE_BYTES = 64e6;
/** Pixels across of a picture when the page does not say, and at most. */
const WIDTH = { usual: 960, most: 4096 };

export interface ReviewOptions {
  readonly session: EditingSession;
  readonly broadcast: Broadcast;
  readonly token: string;
  /** Folder that the built page lies in. */
  readonly page: URL;
}

/** The loop's HTTP interface. Every refusal is JSON { message } with one sentence, and changes nothing. */
export function reviewApp(options: ReviewOptions): Hono {
  const app = new Hono();
  app.use(guard(options.token));
  app.onError((cause, context) => {
    if (cause instanceof KinemacolorError) return context.json({ message: cause.message }, statusOf(cause));
    return context.json({ message: `Internal error, please report it: ${cause.message}` }, 500);
  });
  app.notFound(context => context.json({ message: `There is nothing at ${context.req.path}.` }, 404));
  pageRoutes(app, options);
  lookRoutes(app, options);
  changeRoutes(app, options);
  return app;
}

/** What cannot be is the asker's fault, or a picture that cannot be used; all else is ours. */
function statusOf({ kind }: KinemacolorError): 400 | 500 {
  return kind === 'usage' || kind === 'reference' ? 400 : 500;
}

function pageRoutes(app: Hono, { page }: ReviewOptions): void {
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

function lookRoutes(app: Hono, { session, broadcast }: ReviewOptions): void {
  app.get('/api/project', async context => context.json(await projectView(session)));
  app.get('/api/frames/:index', async context => {
    const [index, width] = [indexOf(context, 'index'), widthOf(context)];
    if (context.req.query('side') !== 'after') return jpeg(context, await showBefore(session, index, width));
    const after = await showAfter(session, index, width);
    return after ? jpeg(context, after) : context.body(null, 204);
  });
  app.get('/api/keyframes/:index', async context =>
    jpeg(context, await showKeyframe(session, indexOf(context, 'index'), widthOf(context))),
  );
  const shotOf = (context: Context) => {
    const number = indexOf(context, 'number');
    const shot = session.project.plan().shots[number];
    if (!shot) throw new KinemacolorError('usage', `There is no shot ${number}.`);
    return { number, shot };
  };
  app.get('/api/shots/:number/curves', async context => {
    const { number, shot } = shotOf(context);
    const report = await session.report(number);
    return context.json({ start: shot.start, trust: report?.curve ?? [], flicker: [] });
  });
  // Apart from the curves that a render leaves: this one is measured when it is asked for, in about the time of the shot's decoding.
  app.get('/api/shots/:number/flicker', async context => {
    const { number, shot } = shotOf(context);
    return context.json({ start: shot.start, flicker: (await session.flicker(number)) ?? [] });
  });
  app.get('/api/events', context =>
    streamSSE(context, async stream => {
      const gone = new Promise<void>(resolve => stream.onAbort(resolve));
      const send = (event: object) => void stream.writeSSE({ data: JSON.stringify(event) }).catch(() => undefined);
      const deaf = broadcast.listen(send);
      send({ type: 'project', revision: session.project.revision() });
      await gone;
      deaf();
    }),
  );
}

function changeRoutes(app: Hono, { session, broadcast }: ReviewOptions): void {
  const { project, context: renderContext } = session;
  const told = (context: Context, revision: number) => {
    broadcast.tell({ type: 'project', revision });
    return context.json({ revision });
  };
  const limit = (maxSize: number) =>
    bodyLimit({ maxSize, onError: context => context.json({ message: `Expected at most ${maxSize} bytes.` }, 413) });
  app.post('/api/edits', limit(EDIT_BYTES), async context => {
    const parsed = editSchema.safeParse(jsonOf(await context.req.text()));
    if (!parsed.success)
      throw new KinemacolorError('usage', `The edit is not valid: ${explainIssues(parsed.error)}.`, { cause: parsed.error });
    return told(context, await project.edit(turnedEdit(parsed.data, renderContext.film.rotation, project.plan())));
  });
  app.put('/api/keyframes/:index/picture', limit(PICTURE_BYTES), async context => {
    const bytes = Buffer.from(await context.req.arrayBuffer());
    const onProgress = (event: { type: string }) => {
      if (event.type === 'warning') broadcast.tell(event as { type: 'warning'; message: string });
    };
    const picture = { index: indexOf(context, 'index'), bytes };
    const use = context.req.query('use') ?? 'paint';
    if (use === 'reference') return told(context, await putReference(project, picture));
    if (use !== 'paint') throw new KinemacolorError('usage', `Expected use=paint or use=reference, received "${use}".`);
    return told(context, await putPicture(project, picture, { film: renderContext.film, onProgress }));
  });
  for (const way of ['undo', 'redo'] as const)
    app.post(`/api/${way}`, async context => {
      if (project.depths()[way] === 0) return context.json({ message: `There is nothing to ${way}.` }, 409);
      return told(context, await project[way]());
    });
  app.post('/api/render', context => context.json({ state: session.render() }, 202));
  app.post('/api/render/stop', context => {
    session.stop();
    return context.json({ state: 'stopping' }, 202);
  });
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new KinemacolorError('usage', 'The request is not JSON.', { cause });
  }
}

function indexOf(context: Context, name: string): number {
  const text = context.req.param(name) ?? '';
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new KinemacolorError('usage', `Expected a whole number in the address, received "${text}".`);
}

function widthOf(context: Context): number {
  const asked = Number(context.req.query('width') ?? WIDTH.usual);
  return Number.isInteger(asked) && asked > 0 ? Math.min(asked, WIDTH.most) : WIDTH.usual;
}

function jpeg(context: Context, bytes: Buffer) {
  return context.body(new Uint8Array(bytes), 200, { 'content-type': 'image/jpeg' });
}
