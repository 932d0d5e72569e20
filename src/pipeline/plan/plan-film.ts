import { resolve } from 'node:path';
import { type Ffmpeg, locateFfmpeg } from '../../adapters/ffmpeg/ffmpeg.ts';
import type { SideData } from '../../adapters/ffmpeg/showinfo.ts';
import { type ChosenModels, chooseModels } from '../../adapters/models/model-store.ts';
import { listKeyframePictures } from '../../adapters/pictures/picture-file.ts';
import { KinemacolorError, throwIfAborted } from '../../errors.ts';
import type { Film } from '../../media/film/film.ts';
import { toSeconds } from '../../media/film/time.ts';
import type { Keyframe } from '../../media/plan/keyframe.ts';
import type { Plan, PlannedShot } from '../../media/plan/plan.ts';
import type { Shot } from '../../media/plan/shot.ts';
import { makesKeyframes, type Settings } from '../../options.ts';
import { guarded, handledLater } from '../../pending.ts';
import { type OnProgress, openThrottle } from '../../progress.ts';
import { type SizeChange, sizeRemark } from '../../stages/decode/fit-picture.ts';
import { throughWindow } from '../../stages/decode/luma-window.ts';
import { chooseKeyframes } from '../../stages/keyframes/choose-keyframes.ts';
import { isStill, type KeyframeDistances, keyframeDistances } from '../../stages/keyframes/keyframe-distance.ts';
import { missingFrames } from '../../stages/probe/missing-frames.ts';
import { probeFilm } from '../../stages/probe/probe.ts';
import { sideDataRemark } from '../../stages/probe/side-data.ts';
import { workingGrid } from '../../stages/propagate/working-grid.ts';
import { detectShots, surveySize } from '../../stages/shots/detect-shots.ts';
import type { FrameSketch } from '../../stages/shots/frame-sketch.ts';
import { PairSimilarity } from '../../stages/shots/pair-similarity.ts';
import { detectColor } from '../../stages/survey/detect-color.ts';
import { type SurveyFrame, surveyFrames } from '../../stages/survey/survey.ts';
import { spanLimits } from '../run/budget.ts';
import { watchSource } from '../run/check-source.ts';
import { hashFilm } from '../run/hash-film.ts';
import { gradeOfSettings } from '../run/read-look.ts';
import { type PreloadedModels, preloadModels } from '../run/render-context.ts';
import { warnOfOldFfmpeg } from '../run/warn-of-old-ffmpeg.ts';
import { colorRemark, keptShots } from './kept-shots.ts';
import { type Agreement, canAgree, openAgreement, withAnchors } from './plan-anchors.ts';
import { givenReferences, withReferences } from './plan-references.ts';
import { damageText, faultText, goesBack, MAX_FAULTS, noFrames } from './survey-faults.ts';
import { type FilmTimeline, openFilmTimeline } from './timeline.ts';

export interface PlanFilmOptions {
  /** The result of `probeFilm` for the source, if its notes were reported already. */
  readonly film?: Film | undefined;
  /** The model of these settings, if it is being opened already. */
  readonly ahead?: PreloadedModels | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: OnProgress | undefined;
}

/**
 * Look through a film once and decide its shots and keyframes. Nothing is written.
 * Throws `source` where the film cannot be used, `reference` for keyframe pictures that do not fit it, `model`, `environment`.
 */
export function planFilm(source: string, settings: Settings, options: PlanFilmOptions = {}): Promise<Plan> {
  return guarded(surveyAndPlan(source, settings, options));
}

async function surveyAndPlan(source: string, settings: Settings, options: PlanFilmOptions): Promise<Plan> {
  const { signal, onProgress } = options;
  const ffmpeg = await locateFfmpeg();
  const checkUnchanged = await watchSource(resolve(source));
  const film = options.film ?? (await probedFilm(resolve(source), ffmpeg, settings, options));
  warnOfOldFfmpeg(ffmpeg, onProgress);
  const model = await chooseModels(settings.model);
  const given = await givenKeyframes(settings);
  const grade = await gradeOfSettings(settings);
  const references = await givenReferences(settings);
  onProgress?.(announce(film));
  const hashing = handledLater(hashFilm(film.path, signal));
  const { shots, kept, timeline, damage, remarks, anchors, found, similarity } = await withModel(
    model,
    settings,
    options,
    ahead =>
      survey(film, ffmpeg, settings, {
        ...options,
        agreement:
          ahead && openAgreement(film, { chosen: model, ahead, agreement: settings.agreement, folder: references.folder }),
      }),
  ).catch(async cause => {
    throwIfAborted(signal);
    await checkUnchanged(); // if it changed, that is the reason
    throw cause;
  });
  throwIfAborted(signal);
  const sha256 = await hashing;
  await checkUnchanged();
  checkGiven(given, timeline);
  const { placed } = references;
  const { timebase } = film.format;
  const secondsAt = (index: number) => toSeconds({ ticks: timeline.ticksAt(index) - timeline.ticksAt(0), timebase });
  const { width, height } = film.format;
  const longest = spanLimits(film.format, workingGrid(width, height), false).longest - 1;
  const distances = keyframeDistances(settings, { longest, similarity, first: shots[0]!.start });
  const shotsWithKeyframes = shots.map((shot, number) =>
    planShot(shot, { distances, settings, given, timeline, kept: kept[number]! }),
  );
  const planned = withReferences(withAnchors(shotsWithKeyframes, anchors), found, { placed, secondsAt });
  for (const message of damage === undefined ? remarks : [...remarks, damage]) onProgress?.({ type: 'warning', message });
  return {
    kinemacolor: 1,
    source: {
      path: film.path,
      bytes: film.bytes,
      sha256,
      stream: film.videoStream,
      timebase: film.format.timebase,
      frames: timeline.end,
      ...(planned[0]!.start > 0 && { first: planned[0]!.start }),
      ...(damage !== undefined && { damage }),
      ...(remarks.length > 0 && { remarks }),
    },
    model: { id: model.id, sha256: model.sha256, contract: model.contract },
    settings,
    shots: planned,
    ...(grade && { grade }),
  };
}

/** Probe a film and report its notes. */
async function probedFilm(path: string, ffmpeg: Ffmpeg, settings: Settings, options: PlanFilmOptions): Promise<Film> {
  const film = throughWindow(await probeFilm(path, ffmpeg, options.signal, settings.stream), settings.window);
  for (const message of film.notes) options.onProgress?.({ type: 'warning', message });
  return film;
}

/** The user's keyframe pictures, by rising frame index. */
export async function givenKeyframes(settings: Settings): Promise<Keyframe[]> {
  if (settings.keyframes === undefined) return [];
  const pictures = await listKeyframePictures(resolve(settings.keyframes));
  return pictures.map(({ index, path, sha256 }) => ({ index, color: { kind: 'picture', path, sha256 } }));
}

/**
 * Work with the model, or without it where no anchors can be found. A model or a device that cannot be used ends the run before the
 * film is read.
 */
async function withModel<Done>(
  chosen: ChosenModels,
  settings: Settings,
  options: PlanFilmOptions,
  work: (ahead: PreloadedModels | undefined) => Promise<Done>,
): Promise<Done> {
  if (!makesKeyframes(settings)) return work(undefined);
  const own = options.ahead ? undefined : preloadModels(settings);
  const ahead = options.ahead ?? own!;
  try {
    await ahead.opened();
    return await work(canAgree(chosen, settings) ? ahead : undefined);
  } finally {
    await own?.close();
  }
}

async function survey(
  film: Film,
  ffmpeg: Ffmpeg,
  settings: Settings,
  { signal, onProgress, agreement }: PlanFilmOptions & { readonly agreement: Agreement | undefined },
) {
  const { width, height } = film.format;
  const timeline = openFilmTimeline(film, settings);
  const colorDetector = detectColor(film);
  const end: { damage?: string | undefined } = {};
  const stretch = { first: undefined as number | undefined };
  const isDue = openThrottle();
  const clock = { last: Number.NEGATIVE_INFINITY };
  const sizes = watchSizes(film);
  const sideData = new Set<SideData>();
  async function* watched(): AsyncGenerator<SurveyFrame> {
    const faults = new Set<string>();
    const onFault = (message: string) => {
      if (faults.size < MAX_FAULTS) faults.add(message);
    };
    const requests = {
      ...surveySize(width, height),
      sideOutputs: [colorDetector?.job, agreement?.job].filter(job => job !== undefined),
      onFault,
      onSideData: (kind: SideData) => sideData.add(kind),
    };
    const frames = surveyFrames(film, ffmpeg, { ...requests, ...(signal && { signal }) });
    try {
      for (;;) {
        const step = await frames.next();
        if (step.done) {
          const missing = await missingFrames(film, ffmpeg, step.value.frames, signal);
          end.damage = damageText(film, step.value, missing);
          return;
        }
        if (step.value.ticks < clock.last) throw goesBack(film, step.value.index);
        clock.last = step.value.ticks;
        sizes.see(step.value);
        const place = timeline.place(step.value);
        if (place === 'after') {
          if (faults.size > 0) end.damage = faultText(film, [...faults].join('; '));
          // Samples arrive late: the decoding continues until those of the stretch are complete.
          const last = step.value.index - 1;
          const complete = () => (agreement?.holds(last) ?? true) && (colorDetector?.holds(last) ?? true);
          while (!complete() && !(await frames.next()).done);
          return;
        }
        agreement?.passed(step.value.index);
        if (place === 'inside') {
          stretch.first ??= step.value.index;
          yield step.value;
        }
        if (isDue()) onProgress?.({ type: 'survey', frames: step.value.index + 1, expected: film.statedFrames });
      }
    } finally {
      await frames.return({ frames: 0, damage: 'none' });
      agreement?.end();
    }
  }
  const shots: Shot[] = [];
  const similarity = new PairSimilarity();
  const { sensitivity, film: condition } = settings;
  const observe = (sketch: FrameSketch) => similarity.push(sketch);
  for await (const shot of detectShots(watched(), { sensitivity, film: condition, observe })) {
    const first = stretch.first ?? 0; // shots count from the stretch's first frame, plans from the film's
    const found = { ...shot, start: first + shot.start, end: first + shot.end };
    shots.push(found);
    await agreement?.add(found, isStill(similarity, first));
  }
  const kept = keptShots(shots, colorDetector, settings);
  const remarks = [
    sizeRemark(film, sizes.changes),
    sideDataRemark(film.path, sideData),
    colorRemark(film, shots, kept, colorDetector),
  ];
  if (shots.length === 0) throw new KinemacolorError('source', noFrames(film, settings));
  return {
    shots,
    kept,
    similarity,
    timeline,
    damage: end.damage,
    remarks: remarks.filter(remark => typeof remark === 'string'),
    anchors: (await agreement?.anchors()) ?? [],
    found: (await agreement?.references()) ?? [],
  };
}

/** Records where frames change their size. */
function watchSizes({ format }: Film) {
  const changes: SizeChange[] = [];
  let last: { readonly width: number; readonly height: number } = format;
  let origin: number | undefined;
  return {
    changes,
    see({ index, ticks, coded }: SurveyFrame) {
      const { width, height } = coded ?? last;
      origin ??= ticks;
      if (width === last.width && height === last.height) return;
      last = { width, height };
      changes.push({ index, seconds: toSeconds({ ticks: ticks - origin, timebase: format.timebase }), width, height });
    },
  };
}

/** A keyframe picture for a frame that the film does not have is an error. */
function checkGiven(given: readonly Keyframe[], timeline: FilmTimeline): void {
  const astray = given.find(({ index }) => index >= timeline.end);
  if (!astray || timeline.cutShort) return;
  const name = astray.color.kind === 'picture' ? astray.color.path : '';
  throw new KinemacolorError(
    'reference',
    `The keyframe picture ${name} is for frame ${astray.index}, but the film's last frame is ${timeline.end - 1}; rename or remove it.`,
    { place: { stage: 'plan', frame: astray.index } },
  );
}

function planShot(
  shot: Shot,
  about: { distances: KeyframeDistances; settings: Settings; given: readonly Keyframe[]; timeline: FilmTimeline; kept: boolean },
): PlannedShot {
  const { distances, settings, given, timeline, kept } = about;
  const times = { startTicks: timeline.ticksAt(shot.start), endTicks: timeline.ticksAt(shot.end) };
  const isPainted = given.some(({ index }) => index >= shot.start && index < shot.end);
  if (settings.palette !== undefined) return { ...shot, ...times, keyframes: [] };
  if (kept && !isPainted) return { ...shot, ...times, keyframes: [], kept };
  return { ...shot, ...times, keyframes: chooseKeyframes(shot, { ...distances, given, only: settings.keyframeSource }) };
}

function announce(film: Film) {
  const { width, height, depth } = film.format;
  return { type: 'source', path: film.path, width, height, depth, frames: film.statedFrames } as const;
}
