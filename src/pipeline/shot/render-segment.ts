import { atPlace, KinemacolorError } from '../../errors.ts';
import type { ColorFrame, Frame, Subsampling } from '../../media/film/frame.ts';
import type { Hint } from '../../media/plan/hint.ts';
import { referencePictures } from '../../media/plan/keyframe.ts';
import { anchorsOf, gradeOf, type Plan, type PlannedKeyframe, type PlannedShot, shotFingerprint } from '../../media/plan/plan.ts';
import { spansOf } from '../../media/plan/span.ts';
import { guarded, handledLater } from '../../pending.ts';
import { decodeKept } from '../../stages/decode/decode.ts';
import { withOpacity } from '../../stages/decode/decode-opacity.ts';
import { inOrder } from '../../stages/decode/in-order.ts';
import { chooseEncoding } from '../../stages/encode/codecs.ts';
import { encodeShot } from '../../stages/encode/encode.ts';
import { laidOutSize, layOut } from '../../stages/encode/layout.ts';
import { colorKeyframe } from '../../stages/keyframes/key-color.ts';
import { cutSpans, type KeyedFrame, shrink } from '../../stages/propagate/cut-spans.ts';
import { colored, type Finished } from '../../stages/propagate/finish.ts';
import { propagateBackward } from '../../stages/propagate/propagate-backward.ts';
import { propagateSpans } from '../../stages/propagate/propagate-spans.ts';
import type { WorkingGrid } from '../../stages/propagate/working-grid.ts';
import { spanLimits } from '../run/budget.ts';
import { checkSource, failureReason } from '../run/check-source.ts';
import { appliedGrade } from '../run/read-look.ts';
import type { RenderContext } from '../run/render-context.ts';
import type { ShotReport } from '../run/shot-report.ts';
import { framesAhead } from './frames-ahead.ts';
import { mixedAs, shotDetail, shotGrid } from './shot-grid.ts';
import { hintTracks, visibleHints } from './shot-hints.ts';

export interface RenderSegmentOptions {
  /** File for the encoded shot (Matroska, with the source's exact times). */
  readonly path: string;
  readonly signal?: AbortSignal | undefined;
  /** Called after each frame is handed to the encoder. */
  readonly onFrame?: (() => void) | undefined;
}

/**
 * Render one shot of a plan into an encoded segment: decode, colour keyframes, cut spans, propagate, finish, encode. Reads only
 * the plan and the shot's own frames. Throws KinemacolorError with the shot's number in `place`.
 */
export function renderSegment(
  plan: Plan,
  number: number,
  context: RenderContext,
  options: RenderSegmentOptions,
): Promise<ShotReport> {
  return atPlace({ shot: number }, () => guarded(renderUnchanged(plan, number, context, options)));
}

/**
 * Checks before and after that the film is still the planned one: if it was changed, that is the failure, whatever else failed.
 */
async function renderUnchanged(
  plan: Plan,
  number: number,
  context: RenderContext,
  options: RenderSegmentOptions,
): Promise<ShotReport> {
  const { start, end } = plan.shots[number]!;
  await checkSource(plan, 'meanwhile', options.signal);
  const report = await renderFrames(plan, number, context, options).catch(async cause => {
    throw await failureReason(cause, plan);
  });
  await checkSource(plan, 'meanwhile', options.signal);
  if (report.frames === end - start) return report;
  throw new KinemacolorError(
    'source',
    `Expected ${end - start} frames in shot ${number}, decoded ${report.frames}; the source changed or cannot be read to its planned end.`,
    { place: { stage: 'decode' } },
  );
}

async function renderFrames(
  plan: Plan,
  number: number,
  context: RenderContext,
  options: RenderSegmentOptions,
): Promise<ShotReport> {
  const shot = plan.shots[number]!;
  const { film } = context;
  const { settings } = plan;
  const size = laidOutSize(film.format, settings.layout);
  const encoding = chooseEncoding(film, settings, options.path, context.ffmpeg);
  const { subsampling } = encoding;
  const tally = newTally();
  const from = { index: shot.start, ticks: shot.startTicks };
  const frames = shot.kept
    ? decodeKept(film, context.ffmpeg, {
        from,
        count: shot.end - shot.start,
        subsampling,
        ...(options.signal && { signal: options.signal }),
      })
    : await coloring(plan, number, { context, subsampling, tally, signal: options.signal });
  const laidOut = layOut(counted(frames, context, options), settings.layout, film.format);
  const opaque = { from, count: shot.end - shot.start, depth: encoding.depth, signal: options.signal };
  const pictures = encoding.opacity ? withOpacity(laidOut, film, context.ffmpeg, opaque) : laidOut;
  const {
    frames: count,
    bytes,
    sha256,
  } = await encodeShot(pictures, { film, encoding, path: options.path, size }, context.ffmpeg, options.signal);
  const references = new Set(
    shot.keyframes.flatMap(({ color }) => (color.kind === 'reference' ? referencePictures(color).map(({ path }) => path) : [])),
  );
  const isGray = !shot.kept && settings.palette === undefined && shot.keyframes.length === 0;
  return {
    shot: number,
    fingerprint: shotFingerprint(plan, number, context.engine),
    kind: shot.kind,
    start: shot.start,
    end: shot.end,
    keyframes: shot.keyframes.map(({ index }) => index),
    ...(references.size > 0 && { references: [...references] }),
    frames: count,
    startTicks: shot.startTicks,
    endTicks: shot.endTicks,
    segmentBytes: bytes,
    segmentSha256: sha256,
    ...(shot.kept ? { trust: 1, unseen: 0, curve: Array.from({ length: count }, () => 1) } : tally.means()),
    warnings: isGray ? [`Shot ${number} (frames ${shot.start}..${shot.end - 1}) has no keyframe and stays gray.`] : [],
  };
}

interface Coloring {
  readonly context: RenderContext;
  readonly subsampling: Subsampling;
  readonly tally: ReturnType<typeof newTally>;
  readonly signal: AbortSignal | undefined;
}

/** The frames of a shot in colour: by a palette, or by its keyframes. */
async function coloring(plan: Plan, number: number, how: Coloring): Promise<AsyncIterable<ColorFrame>> {
  const { palette } = plan.settings;
  if (palette === undefined) return coloredFrames(plan, number, how);
  const { context, subsampling, tally } = how;
  const { start, startTicks, end } = plan.shots[number]!;
  const { format } = context.film;
  const frames = context.decoder.frames({ index: start, ticks: startTicks }, end);
  return inOrder(frames, context.threads.size + 1, async frame => {
    context.threads.hold(frame.luma, 1);
    const chroma = await context.threads.run('paletteFrame', { frame, format, subsampling, palette });
    context.threads.hold([chroma.cb, chroma.cr], 1);
    return tally.add(colored(frame, chroma, subsampling), chroma);
  });
}

/** The frames of a shot with the colour of its keyframes. */
async function coloredFrames(plan: Plan, number: number, coloring: Coloring): Promise<AsyncIterable<ColorFrame>> {
  const { context, subsampling, tally, signal } = coloring;
  const shot = plan.shots[number]!;
  const { film, threads } = context;
  const { format } = film;
  const { settings } = plan;
  const grid = shotGrid(plan, shot, format);
  const detail = shotDetail(plan, shot);
  const kind = mixedAs(shot, grid);
  const joins = detail === 'fine' && settings.flow === 'fine' && kind === 'steady';
  const how = { threads, kind, film: settings.film, flow: settings.flow, detail };
  const spans = spansOf(shot, shot.keyframes, spanLimits(format, grid, joins));
  const grade = await appliedGrade(gradeOf(plan, shot));

  const hints = visibleHints(plan, number, await hintTracks(plan, number, context, { signal }));
  const frames = context.decoder.frames({ index: shot.start, ticks: shot.startTicks }, shot.end);
  const keyed = (of: AsyncIterable<Frame>) => withColor(of, { shot, grid, hints }, context);
  const endColors = await propagateBackward(keyed(framesAhead(shot, context, signal)), spans, how);
  const cut = inOrder(cutSpans(keyed(frames), spans, how), 1, span => span);
  const carried = propagateSpans(cut, { ...how, endColors });
  return inOrder(carried, threads.size + 1, async ({ release, ...item }) => {
    const chroma = await threads.run('finishChroma', { ...item, format, subsampling, grade });
    release();
    threads.hold([chroma.cb, chroma.cr], 1);
    return tally.add(colored(item.frame, chroma, subsampling), chroma);
  });
}

async function* withColor(
  frames: AsyncIterable<Frame>,
  { shot, grid, hints }: { shot: PlannedShot; grid: WorkingGrid; hints: ReadonlyMap<number, readonly Hint[]> },
  context: RenderContext,
): AsyncGenerator<KeyedFrame> {
  const { film, threads, colorizer, known } = context;
  const keyframes = new Map(shot.keyframes.map(keyframe => [keyframe.index, keyframe]));
  const colorOf = (frame: Frame, keyframe: PlannedKeyframe) => {
    const guides = { hints: hints.get(frame.index), known, anchors: anchorsOf(shot, keyframe) };
    const place = { stage: 'keyframes', frame: frame.index };
    return atPlace(place, () => colorKeyframe(frame, keyframe.color, { film, grid, colorizer, ...guides }));
  };
  for await (const frame of frames) {
    const keyframe = keyframes.get(frame.index);
    const color = keyframe && handledLater(colorOf(frame, keyframe));
    threads.hold(frame.luma, 1);
    yield { ...frame, gray: handledLater(shrink(threads, frame, grid, film.format)), color };
  }
}

/** Reports each frame and releases its memory when the consumer asks for the next one. */
async function* counted(
  frames: AsyncIterable<ColorFrame>,
  { threads }: RenderContext,
  { onFrame }: RenderSegmentOptions,
): AsyncGenerator<ColorFrame> {
  for await (const frame of frames) {
    yield frame;
    onFrame?.();
    threads.release([frame.luma, frame.cb, frame.cr]);
  }
}

function newTally() {
  const sums = { trust: 0, unseen: 0, frames: 0 };
  const curve: number[] = [];
  return {
    add(frame: ColorFrame, { trust, unseen }: Finished): ColorFrame {
      sums.trust += trust;
      sums.unseen += unseen;
      sums.frames++;
      curve.push(Math.round(1000 * trust) / 1000);
      return frame;
    },
    means: () => ({ trust: sums.trust / Math.max(1, sums.frames), unseen: sums.unseen / Math.max(1, sums.frames), curve }),
  };
}
