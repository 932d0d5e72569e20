import type { Context, Hono } from 'hono';
import { z } from 'zod';
import { KinemacolorError } from '../../errors.ts';
import { editSchema } from '../../media/plan/edit.ts';
import { putPicture, putReference } from '../../pipeline/project/put-picture.ts';
import { sourceFrame } from '../../pipeline/project/show-frame.ts';
import { answer, type Desk, indexOf, limit, refuse, requestPath, sent } from './request.ts';
import { turnedEdit } from './turned-edit.ts';

/** Bytes of an edit (a stroke of some hundred points), and of a picture (a 16-bit PNG of a 4K frame). */
const EDIT_BYTES = 256e3;
const PICTURE_BYTES = 64e6;

const modeSchema = z.strictObject({ mode: z.enum(['at-once', 'when-asked']) });

/** What can be changed. Every answer is the revision after it. */
export function changeRoutes(app: Hono, { session }: Desk): void {
  const { project } = session;
  const { film } = session.context;
  app.post(requestPath('edits'), limit(EDIT_BYTES), async context => {
    const edit = await sent(context, 'edit', editSchema);
    const revision = await session.change(() => project.edit(turnedEdit(edit, film.rotation, project.plan())));
    return answer(context, 'edits', { revision });
  });
  app.put(requestPath('picture'), limit(PICTURE_BYTES), async context => {
    const bytes = Buffer.from(await context.req.arrayBuffer());
    const index = indexOf(context, 'index');
    const use = context.req.query('use') ?? 'paint';
    const sure = context.req.query('sure') === 'yes' ? 'sure' : 'not sure';
    if (use !== 'paint' && use !== 'reference')
      throw new KinemacolorError('usage', `Expected use=paint or use=reference, received "${use}".`);
    const revision = await session.change(async () =>
      use === 'reference'
        ? putReference(project, { index, bytes })
        : putPicture(project, { frame: await sourceFrame(session, index), bytes, sure }, film),
    );
    return answer(context, 'picture', { revision });
  });
  for (const way of ['undo', 'redo'] as const)
    app.post(requestPath(way), async context => {
      if (project.depths()[way] === 0) return refuse(context, { message: `There is nothing to ${way}.` }, 409);
      return answer(context, way, { revision: await session.change(() => project[way]()) });
    });
  const now = (context: Context, name: 'render' | 'stop' | 'mode') =>
    answer(context, name, { revision: project.revision() }, 202);
  app.post(requestPath('render'), context => {
    session.render('film');
    return now(context, 'render');
  });
  app.post(requestPath('stop'), context => {
    session.stop();
    return now(context, 'stop');
  });
  app.post(requestPath('mode'), limit(EDIT_BYTES), async context => {
    session.setMode((await sent(context, 'mode', modeSchema)).mode);
    return now(context, 'mode');
  });
}
