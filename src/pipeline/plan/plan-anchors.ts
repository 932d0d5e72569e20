import type { SideOutput } from '../../adapters/ffmpeg/raw-video.ts';
import type { ChosenModels } from '../../adapters/models/model-store.ts';
import { atPlace } from '../../errors.ts';
import type { Film } from '../../media/film/film.ts';
import type { PlannedAnchors } from '../../media/plan/color-anchors.ts';
import { type PlannedShot, usesModel } from '../../media/plan/plan.ts';
import type { Shot } from '../../media/plan/shot.ts';
import type { Settings } from '../../options.ts';
import { findShotAnchors } from '../../stages/keyframes/shot-anchors.ts';
import { type Sample, sampleShots } from '../../stages/keyframes/shot-samples.ts';
import type { PreloadedModels } from '../run/render-context.ts';

/** The anchors of a film's shots, found while the film is surveyed. */
export interface Agreement {
  /** What it wants of the decoding. */
  readonly job: SideOutput;
  /** The survey has come to this frame. */
  passed(index: number): void;
  /** Has all come that is wanted up to this frame? */
  holds(index: number): boolean;
  /** A shot has been found, the next in order. Resolves when there is room for another. */
  add(shot: Shot): Promise<void>;
  /** Nothing more will come. */
  end(): void;
  /** By shot, in order. Throws `model` where the model fails. */
  anchors(): Promise<(PlannedAnchors | undefined)[]>;
}

/** Shots whose pictures may wait for the model: some MB each. */
const WAITING = 4;

/** Anchors of what `chosen` sees in a film, `ahead` being that very model. */
export function openAgreement(film: Film, { chosen, ahead }: { chosen: ChosenModels; ahead: PreloadedModels }): Agreement {
  const sides = chosen.models.map(({ card }) =>
    card.fixedSize ? Math.min(card.fixedSize.width, card.fixedSize.height) : card.preferredSize.shortSide,
  );
  const sampler = sampleShots(film, Math.max(...sides));
  const colorizer = ahead.lend(chosen);
  colorizer.catch(() => undefined); // told by `anchors`
  const made: Promise<PlannedAnchors | undefined>[] = [];
  const state = { come: Promise.resolve(), ready: 0, done: 0 };
  const find = async (shot: number, samples: Promise<Sample[]>, before: Promise<unknown> | undefined) => {
    await before; // one at a time: each takes every thread
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
      one.catch(() => undefined); // told by `anchors`
      made.push(one);
      state.come = Promise.all([state.come, samples]).then(() => void state.ready++);
      // Only for those whose pictures have come: others come no sooner than the survey goes on.
      while (state.ready - state.done > WAITING) await made[state.done];
    },
    anchors: () => Promise.all(made),
  };
}

/** Does any of the models say what it sees, and is anything left to it? */
export function canAgree({ models }: ChosenModels, { agreement, keyframeSource }: Settings): boolean {
  const sees = models.some(({ card }) => card.outputs.some(({ content }) => content === 'features'));
  return sees && agreement === 'on' && keyframeSource !== 'given';
}

/**
 * Shots with their anchors, where the model has a say in them. In a dissolve or a fade the first keyframe shows the things of the shot before, the last
 * those of the shot after.
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
