import type { SideOutput } from '../../adapters/ffmpeg/raw-video.ts';
import type { ChosenModels } from '../../adapters/models/model-store.ts';
import { atPlace } from '../../errors.ts';
import type { Film } from '../../media/film/film.ts';
import { givesFeatures } from '../../media/models/model-card.ts';
import type { PlannedAnchors } from '../../media/plan/color-anchors.ts';
import { type PlannedShot, usesModel } from '../../media/plan/plan.ts';
import type { Shot } from '../../media/plan/shot.ts';
import type { Settings } from '../../options.ts';
import { findShotAnchors } from '../../stages/keyframes/shot-anchors.ts';
import { type Sample, sampleShots } from '../../stages/keyframes/shot-samples.ts';
import type { PreloadedModels } from '../run/render-context.ts';

/** Finds the colour anchors of a film's shots while the film is surveyed. */
export interface Agreement {
  /** The side output of the decoding that it needs. */
  readonly job: SideOutput;
  /** The survey has reached this frame. */
  passed(index: number): void;
  /** Have all samples up to this frame arrived? */
  holds(index: number): boolean;
  /** The next shot was found. Resolves when there is room for another. */
  add(shot: Shot): Promise<void>;
  /** No more samples will arrive. */
  end(): void;
  /** By shot, in order. Throws `model` where the model fails. */
  anchors(): Promise<(PlannedAnchors | undefined)[]>;
}

/** Shots whose samples may wait for the model: some MB each. */
const WAITING = 4;

/** Open the search for anchors in a film. `ahead`: the model `chosen`, being opened. */
export function openAgreement(film: Film, { chosen, ahead }: { chosen: ChosenModels; ahead: PreloadedModels }): Agreement {
  const sides = chosen.models.map(({ card }) =>
    card.fixedSize ? Math.min(card.fixedSize.width, card.fixedSize.height) : card.preferredSize.shortSide,
  );
  const sampler = sampleShots(film, Math.max(...sides));
  const colorizer = ahead.lend(chosen);
  colorizer.catch(() => undefined); // `anchors` rejects with it
  const made: Promise<PlannedAnchors | undefined>[] = [];
  const state = { come: Promise.resolve(), ready: 0, done: 0 };
  const find = async (shot: number, samples: Promise<Sample[]>, before: Promise<unknown> | undefined) => {
    await before; // one at a time: each uses every thread
    const place = { stage: 'plan', shot };
    const found = await atPlace(place, async () => findShotAnchors(await samples, await colorizer, film.format));
    state.done++;
    return found;
  };
  return {
    ...sampler,
    async add(shot) {
      const samples = shot.kind === 'steady' ? sampler.samplesOf(shot) : sampler.samplesOf({ ...shot, start: shot.end });
      const one = find(made.length, samples, made.at(-1));
      one.catch(() => undefined); // `anchors` rejects with it
      made.push(one);
      state.come = Promise.all([state.come, samples]).then(() => void state.ready++);
      // Waits only for shots whose samples have arrived; the others depend on the survey itself.
      while (state.ready - state.done > WAITING) await made[state.done];
    },
    anchors: () => Promise.all(made),
  };
}

/** Does any of the models output features, and does any keyframe use a model? */
export function canAgree({ models }: ChosenModels, { agreement, keyframeSource }: Settings): boolean {
  return models.some(({ card }) => givesFeatures(card)) && agreement === 'on' && keyframeSource !== 'given';
}

/**
 * Shots with their anchors, where a model colours a keyframe. In a dissolve or a fade the first keyframe shows the shot before,
 * the last one the shot after.
 */
export function withAnchors(shots: readonly PlannedShot[], found: readonly (PlannedAnchors | undefined)[]): PlannedShot[] {
  return shots.map((shot, number) => {
    if (!shot.keyframes.some(({ color }) => usesModel(color))) return shot;
    const own = found[number];
    if (shot.kind === 'steady') return own ? { ...shot, anchors: own } : shot;
    const keyframes = shot.keyframes.map((keyframe, place, { length }) => {
      const neighbour = place === 0 ? found[number - 1] : place === length - 1 ? found[number + 1] : undefined;
      return neighbour && usesModel(keyframe.color) ? { ...keyframe, anchors: neighbour } : keyframe;
    });
    return { ...shot, keyframes };
  });
}
