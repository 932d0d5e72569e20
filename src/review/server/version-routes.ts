import type { Context, Hono } from 'hono';
import { z } from 'zod';
import { comparePlans } from '../../media/plan/compare-plans.ts';
import { versionName } from '../../media/plan/edit.ts';
import { describeHistory } from '../../pipeline/project/describe-edit.ts';
import { showVersion } from '../../pipeline/project/show-version.ts';
import type { Comparison } from '../contract.ts';
import { answer, type Desk, indexOf, jpeg, limit, requestPath, sent, widthOf } from './request.ts';

const NAME_BYTES = 4e3;
const nameSchema = z.strictObject({ name: versionName });
const positionSchema = z.strictObject({ position: z.int().min(0) });

/** The list of edits, and the states of the project that were named. */
export function versionRoutes(app: Hono, { session }: Desk): void {
  const { project } = session;
  const idOf = (context: Context, word = 'id') => context.req.param(word) ?? '';
  app.get(requestPath('history'), context => {
    const history = project.history();
    return answer(context, 'history', { position: history.edits.length, edits: describeHistory(history) });
  });
  app.post(requestPath('go'), limit(NAME_BYTES), async context => {
    const { position } = await sent(context, 'place in the list of edits', positionSchema);
    return answer(context, 'go', { revision: await session.change(() => project.go(position)) });
  });
  app.post(requestPath('nameVersion'), limit(NAME_BYTES), async context => {
    const { name } = await sent(context, 'name', nameSchema);
    return answer(context, 'nameVersion', { revision: await session.change(() => project.nameVersion(name)) });
  });
  app.post(requestPath('restoreVersion'), async context => {
    const revision = await session.change(() => project.restoreVersion(idOf(context)));
    return answer(context, 'restoreVersion', { revision });
  });
  app.delete(requestPath('removeVersion'), async context => {
    const revision = await session.change(() => project.removeVersion(idOf(context)));
    return answer(context, 'removeVersion', { revision });
  });
  app.get(requestPath('compare'), async context => {
    const [one, other] = [project.version(idOf(context)), project.version(idOf(context, 'other'))];
    const madeOf = async (plan: typeof one, number: number) =>
      (await session.report(session.fingerprint(plan, number))) ? ('rendered' as const) : ('planned' as const);
    const shots = comparePlans(one, other).map(
      async (found): Promise<Comparison['shots'][number]> => ({
        ...found,
        pictures: [await madeOf(one, found.number), await madeOf(other, found.number)],
      }),
    );
    return answer(context, 'compare', { shots: await Promise.all(shots) });
  });
  app.get(requestPath('versionFrame'), async context =>
    jpeg(context, await showVersion(session, idOf(context), { index: indexOf(context, 'index'), width: widthOf(context) })),
  );
}
