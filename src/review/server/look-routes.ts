import type { Hono } from 'hono';
import { streamSSE } from 'hono/streaming';
import { z } from 'zod';
import { turned } from '../../media/film/shown-picture.ts';
import { hintSchema } from '../../media/plan/hint.ts';
import { shotNumberAt } from '../../media/plan/plan.ts';
import { findInShots } from '../../pipeline/project/find-in-shots.ts';
import { showBefore, showKeyframe, showRegion, showRendered } from '../../pipeline/project/show-frame.ts';
import { hintTracks } from '../../pipeline/shot/shot-hints.ts';
import { lanesView } from './lanes-view.ts';
import { answer, type Desk, gone, indexOf, jpeg, limit, requestedShot, requestPath, sent, widthOf } from './request.ts';
import { turnedHint } from './turned-edit.ts';

/** Bytes of a hint that is tried: a region with dozens of strokes. */
const HINT_BYTES = 512e3;

/** Examples of a thing, and shots, that a request names at most. */
const MAX_EXAMPLES = 20;
const MAX_SHOTS = 2000;
const seenSchema = z.strictObject({
  examples: z
    .array(z.strictObject({ index: z.int().min(0), hint: hintSchema }))
    .min(1)
    .max(MAX_EXAMPLES),
  shots: z.array(z.int().min(0)).max(MAX_SHOTS).optional(),
  most: z.int().min(1).max(MAX_SHOTS),
});

/** What can be looked at. */
export function lookRoutes(app: Hono, { session, broadcast, start, views }: Desk): void {
  app.get(requestPath('project'), async context => {
    const since = Number(context.req.query('since') ?? Number.NaN);
    const isKnown = context.req.query('start') === start && Number.isInteger(since);
    return answer(context, 'project', await (isKnown ? views.change(since) : views.whole()));
  });
  app.get(requestPath('frame'), async context => {
    const [index, width, fingerprint] = [indexOf(context, 'index'), widthOf(context), context.req.query('of')];
    if (fingerprint === undefined) return jpeg(context, await showBefore(session, index, width));
    const after = await showRendered(session, index, { fingerprint, width });
    return after ? jpeg(context, after) : gone(context);
  });
  app.get(requestPath('keyframe'), async context => {
    const index = indexOf(context, 'index');
    const number = shotNumberAt(session.project.plan(), index);
    const [before, requestedShot] = [session.planned(number), context.req.query('of')];
    if (requestedShot !== undefined && requestedShot !== before) return gone(context);
    const picture = await showKeyframe(session, index, widthOf(context));
    // What was changed meanwhile would be shown under the name of what was asked for.
    return requestedShot === undefined || session.planned(number) === requestedShot ? jpeg(context, picture) : gone(context);
  });
  app.get(requestPath('curves'), async context => {
    const { number, shot } = requestedShot(context, session);
    const shown = await session.shown(number);
    const report = shown === undefined ? undefined : await session.report(shown);
    return answer(context, 'curves', { start: shot.start, trust: report?.curve ?? [], flicker: [] });
  });
  // Apart from the curves that a render leaves: this one is measured when it is asked for, in about the time of the shot's
  // decoding.
  app.get(requestPath('flicker'), async context => {
    const { number, shot } = requestedShot(context, session);
    return answer(context, 'flicker', { start: shot.start, flicker: (await session.flicker(number)) ?? [] });
  });
  app.get(requestPath('hints'), async context => {
    const { number, shot } = requestedShot(context, session);
    const { signal } = context.req.raw;
    const tracks = await hintTracks(session.project.plan(), number, session.context, { signal });
    return answer(context, 'hints', lanesView(tracks, shot.start, session.context.film.rotation));
  });
  app.post(requestPath('region'), limit(HINT_BYTES), async context => {
    const hint = turnedHint(await sent(context, 'hint', hintSchema), -session.context.film.rotation);
    return answer(context, 'region', await showRegion(session, indexOf(context, 'index'), hint));
  });
  app.post(requestPath('seen'), limit(HINT_BYTES), async context => {
    const { examples, ...options } = await sent(context, 'request', seenSchema);
    const { rotation } = session.context.film;
    const coded = examples.map(({ index, hint }) => ({ index, hint: turnedHint(hint, -rotation) }));
    const found = await findInShots(session, coded, { ...options, signal: context.req.raw.signal });
    return answer(context, 'seen', { ...found, sightings: found.sightings.map(one => turned(one, rotation)) });
  });
  app.get(requestPath('events'), context =>
    streamSSE(context, async stream => {
      const closed = new Promise<void>(resolve => stream.onAbort(resolve));
      const send = (event: object) => void stream.writeSSE({ data: JSON.stringify(event) }).catch(() => undefined);
      const stopListening = broadcast.listen(send);
      send({ type: 'project', start, serial: session.serial() });
      await closed;
      stopListening();
    }),
  );
}
