import type { Colorizer } from '../../adapters/colorizer/colorizer.ts';
import { openModels } from '../../adapters/colorizer/colorizer-blend.ts';
import { type Ffmpeg, locateFfmpeg } from '../../adapters/ffmpeg/ffmpeg.ts';
import { encoderVersion } from '../../adapters/ffmpeg/try-encoder.ts';
import { readShippedFile } from '../../adapters/files/read-file.ts';
import { type ChosenModels, chooseModels } from '../../adapters/models/model-store.ts';
import { KinemacolorError } from '../../errors.ts';
import type { Film } from '../../media/film/film.ts';
import { type Plan, usesModel } from '../../media/plan/plan.ts';
import type { Settings } from '../../options.ts';
import { guarded, handledLater } from '../../pending.ts';
import { type FrameTimes, openFrameTimes } from '../../stages/decode/frame-times.ts';
import { throughWindow } from '../../stages/decode/luma-window.ts';
import { openShotDecoder, type ShotDecoder } from '../../stages/decode/shot-decoder.ts';
import { chooseEncoding } from '../../stages/encode/codecs.ts';
import { type HintMemory, newHintMemory } from '../../stages/keyframes/hint-memory.ts';
import type { PredictionCache } from '../../stages/keyframes/predict-chroma.ts';
import { probeFilm } from '../../stages/probe/probe.ts';
import { openStageThreads, type StageThreads } from '../../stages/threads/stage-threads.ts';
import { threadCount } from './budget.ts';
import { checkSource } from './check-source.ts';

/** Everything needed to render the shots of a plan, opened once and closed together. */
export interface RenderContext {
  /** The source. */
  readonly film: Film;
  /** The ffmpeg that decodes and encodes. */
  readonly ffmpeg: Ffmpeg;
  /** The worker threads. */
  readonly threads: StageThreads;
  /** Decodes the source's frames; consecutive shots are decoded in one pass. */
  readonly decoder: ShotDecoder;
  /** Of the source's frames. */
  readonly times: FrameTimes;
  /** The model; undefined where no keyframe of the plan uses one. */
  readonly colorizer: Colorizer | undefined;
  /** What the bytes of a shot depend on besides the plan. */
  readonly engine: Record<string, string>;
  /** The model's predictions without hints, by frame. */
  readonly known: PredictionCache;
  /** Where hints go. */
  readonly hints: HintMemory;
  /** Close everything. To be called once, when no shot is being rendered. */
  close(): Promise<void>;
}

/** Options of `openRenderContext`. */
export interface RenderContextOptions {
  /** The result of `probeFilm` for the plan's source, if it is known already. */
  readonly film?: Film | undefined;
  /** Number of worker threads; default: one per core. Changes speed, never the result. */
  readonly workers?: number | undefined;
  /** Stops opening, and later decoding. */
  readonly signal?: AbortSignal | undefined;
  /** The model, if it is being opened already. If it is not taken over, it is not closed here either. */
  readonly ahead?: PreloadedModels | undefined;
  /** `if-used` (default): open the model only if a keyframe uses it; `always`: also for a plan that may be edited. */
  readonly model?: 'if-used' | 'always' | undefined;
  /** `shots` (default): shots will be rendered; `nothing`: frames are only decoded, so the codec does not matter. */
  readonly renders?: 'shots' | 'nothing' | undefined;
}

/**
 * Open what rendering a plan needs. Throws `source` where the film is not the planned one, `model` or `environment` for the
 * rest.
 */
export function openRenderContext(plan: Plan, options: RenderContextOptions = {}): Promise<RenderContext> {
  return guarded(openTools(plan, options));
}

async function openTools(plan: Plan, options: RenderContextOptions): Promise<RenderContext> {
  const ffmpeg = await locateFfmpeg();
  const probed = options.film ?? (await probeFilm(plan.source.path, ffmpeg, options.signal, plan.source.stream));
  const film = throughWindow(probed, plan.settings.window);
  const encoder = options.renders === 'nothing' ? {} : await describeEncoder(plan, film, ffmpeg);
  checkLength(plan, film);
  await checkSource(plan, 'before', options.signal);
  const colorizer = options.model === 'always' || asksModel(plan) ? await openPlannedModel(plan, options.ahead) : undefined;
  const threads = openStageThreads(threadCount(options.workers));
  const decoder = openShotDecoder(film, ffmpeg, options.signal);
  const times = openFrameTimes(film, ffmpeg);
  const engine = { program: await programVersion(), ffmpeg: ffmpeg.version, device: colorizer?.device ?? 'none', ...encoder };
  return {
    film,
    ffmpeg,
    threads,
    decoder,
    times,
    colorizer,
    engine,
    known: new Map(),
    hints: newHintMemory(),
    async close() {
      await decoder.close();
      await Promise.all([threads.close(), times.close(), colorizer?.close()]);
    },
  };
}

/** Version and options of the encoder, including its number of threads. */
async function describeEncoder(plan: Plan, film: Film, ffmpeg: Ffmpeg): Promise<Record<string, string>> {
  const { encoder, encoderArgs } = chooseEncoding(film, plan.settings, '', ffmpeg);
  return { encoder: await encoderVersion(ffmpeg, encoder), encoding: encoderArgs.join(' ') };
}

function asksModel(plan: Plan): boolean {
  return plan.shots.some(shot => shot.keyframes.some(({ color }) => usesModel(color)));
}

/** No container stores a coded frame in fewer bytes. */
const MIN_FRAME_BYTES = 4;

/** An edited plan may state more frames than fit in memory. */
function checkLength(plan: Plan, film: Film): void {
  const most = Math.ceil(film.bytes / MIN_FRAME_BYTES);
  if (plan.source.frames <= most) return;
  throw new KinemacolorError(
    'usage',
    `The plan counts ${plan.source.frames} frames, but ${plan.source.path} has only ${film.bytes} bytes; make a new plan.`,
  );
}

async function openPlannedModel(plan: Plan, ahead?: PreloadedModels): Promise<Colorizer> {
  const chosen = await chooseModels(plan.settings.model);
  const { models, sha256, contract } = chosen;
  if (sha256 !== plan.model.sha256 || (plan.model.contract ?? contract) !== contract) {
    throw new KinemacolorError(
      'model',
      `The plan was made for another version of the model "${plan.model.id}"; make a new plan.`,
    );
  }
  return (await ahead?.take(chosen)) ?? openModels(models, { device: plan.settings.device });
}

/** A model that is being opened while the plan is still being made. */
export interface PreloadedModels {
  /** The model, if it is this one; rejects where opening it failed. It can be taken once, and the caller closes it. */
  take(chosen: ChosenModels): Promise<Colorizer | undefined>;
  /** The model, for use before it is taken or closed. Rejects where opening it failed; throws `model` where it has changed. */
  lend(chosen: ChosenModels): Promise<Colorizer>;
  /** Resolves when the model is open; rejects where it, or its device, cannot be used. */
  opened(): Promise<void>;
  /** Close the model unless it was taken. */
  close(): Promise<void>;
}

/** Start to open the model that a plan with these settings will use; a survey takes longer. */
export function preloadModels({ model, device }: Pick<Settings, 'model' | 'device'>): PreloadedModels {
  const open = async (chosen: ChosenModels) => ({ chosen, colorizer: await openModels(chosen.models, { device }) });
  const opening = handledLater(chooseModels(model).then(open)); // `take` and `lend` reject with it
  let taken = false;
  return {
    async opened() {
      await opening;
    },
    async take({ sha256, contract }) {
      const { chosen, colorizer } = await opening;
      if (taken || chosen.sha256 !== sha256 || chosen.contract !== contract) return undefined;
      taken = true;
      return colorizer;
    },
    async lend({ id, sha256, contract }) {
      const { chosen, colorizer } = await opening;
      if (!taken && chosen.sha256 === sha256 && chosen.contract === contract) return colorizer;
      throw new KinemacolorError('model', `The model "${id}" has changed while the film was planned; start again.`);
    },
    async close() {
      if (taken) return;
      taken = true;
      await opening.then(({ colorizer }) => colorizer.close()).catch(() => undefined);
    },
  };
}

const PACKAGE = new URL('../../../../package.json', import.meta.url);

/** This program's version, from its package. */
export async function programVersion(): Promise<string> {
  const text = (await readShippedFile(PACKAGE)).toString();
  return (JSON.parse(text) as { version: string }).version;
}
