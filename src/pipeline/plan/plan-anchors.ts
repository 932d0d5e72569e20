import type { SideOutput } from '../../adapters/ffmpeg/raw-video.ts';
import type { ChosenModels } from '../../adapters/models/model-store.ts';
import { atPlace, KinemacolorError } from '../../errors.ts';
import type { Film } from '../../media/film/film.ts';
import { givesFeatures } from '../../media/models/model-card.ts';
import type { PlannedAnchors } from '../../media/plan/color-anchors.ts';
import type { ColorSource } from '../../media/plan/keyframe.ts';
import { type PlannedShot, usesModel } from '../../media/plan/plan.ts';
import type { Shot } from '../../media/plan/shot.ts';
import type { Settings } from '../../options.ts';
import { handledLater } from '../../pending.ts';
import { describeReferences, pickReferences } from '../../stages/keyframes/pick-references.ts';
import { findShotAnchors, withoutStill } from '../../stages/keyframes/shot-anchors.ts';
import { type Sample, sampleShots } from '../../stages/keyframes/shot-samples.ts';
import type { PreloadedModels } from '../run/render-context.ts';
import type { GivenReferences } from './plan-references.ts';
import { ofShownShot } from './shown-shot.ts';

type Still = (from: number, to: number) => boolean;

/** Finds the colour anchors of a film's shots while the film is surveyed. */
export interface Agreement {
  /** The side output of the decoding that it needs. */
  readonly job: SideOutput;
  /** The survey has reached this frame. */
  passed(index: number): void;
  /** Have all samples up to this frame arrived? */
  holds(index: number): boolean;
  /**
   * The next shot was found. Resolves when there is room for another. `isStill`: whether all pictures between two frames show the
   * same; anchors are not found in these.
   */
  add(shot: Shot, isStill: Still): Promise<void>;
  /** No more samples will arrive. */
  end(): void;
  /** By shot, in order. Throws `model` where the model fails. */
  anchors(): Promise<(PlannedAnchors | undefined)[]>;
  /** By shot, in order: the references that show what it shows. Throws as `anchors`, and `reference`. */
  references(): Promise<(ColorSource | undefined)[]>;
}

/** Shots whose samples may wait for the model: some MB each. */
const WAITING = 4;

/** Open the search for anchors in a film. `ahead`: the model `chosen`, being opened. */
export function openAgreement(
  film: Film,
  request: Pick<GivenReferences, 'folder'> &
    Pick<Settings, 'agreement'> & { readonly chosen: ChosenModels; readonly ahead: PreloadedModels },
): Agreement {
  const { chosen, ahead, agreement, folder } = request;
  const sides = chosen.models.map(({ card }) =>
    card.fixedSize ? Math.min(card.fixedSize.width, card.fixedSize.height) : card.preferredSize.shortSide,
  );
  const sampler = sampleShots(film, Math.max(...sides));
  const colorizer = handledLater(ahead.lend(chosen)); // `anchors` rejects with it
  const { format } = film;
  const candidates = handledLater(colorizer.then(opened => describeReferences(folder, format, opened)));
  const made: Promise<{ anchors: PlannedAnchors | undefined; reference: ColorSource | undefined }>[] = [];
  const state = { come: Promise.resolve(), ready: 0, done: 0 };
  const find = async (
    { shot, isStill }: { readonly shot: number; readonly isStill: Still },
    samples: Promise<Sample[]>,
    before: Promise<unknown> | undefined,
  ) => {
    await before; // one at a time: each uses every thread
    const place = { stage: 'plan', shot };
    const found = await atPlace(place, async () => {
      const [seen, opened, known] = [await samples, await colorizer, new Map()];
      const shown = withoutStill(seen, isStill);
      const anchors = agreement === 'on' ? await findShotAnchors(shown, opened, format, known) : undefined;
      return { anchors, reference: await pickReferences(seen, await candidates, { colorizer: opened, format, known }) };
    });
    state.done++;
    return found;
  };
  return {
    ...sampler,
    async add(shot, isStill) {
      const samples = shot.kind === 'steady' ? sampler.samplesOf(shot) : sampler.samplesOf({ ...shot, start: shot.end });
      made.push(handledLater(find({ shot: made.length, isStill }, samples, made.at(-1)))); // `anchors` rejects with it
      state.come = Promise.all([state.come, samples]).then(() => void state.ready++);
      // Waits only for shots whose samples have arrived; the others depend on the survey itself.
      while (state.ready - state.done > WAITING) await made[state.done];
    },
    anchors: async () => (await Promise.all(made)).map(({ anchors }) => anchors),
    references: async () => (await Promise.all(made)).map(({ reference }) => reference),
  };
}

/**
 * Are the shots' pictures shown to the model: does any of the models output features, does any keyframe use a model, and is there
 * anything to find? Throws `usage` where references are to be found without features.
 */
export function canAgree({ id, models }: ChosenModels, { agreement, keyframeSource, references }: Settings): boolean {
  const hasFeatures = models.some(({ card }) => givesFeatures(card));
  if (!hasFeatures && references !== undefined)
    throw new KinemacolorError(
      'usage',
      `The model ${id} does not say what pictures show, so that no reference can be found for a shot; leave --model out, or name the stretches with --reference-for.`,
    );
  return hasFeatures && keyframeSource !== 'given' && (agreement === 'on' || references !== undefined);
}

/** Shots with their anchors, where a model colours a keyframe. At the ends of a dissolve or a fade these are its neighbours'. */
export function withAnchors(shots: readonly PlannedShot[], found: readonly (PlannedAnchors | undefined)[]): PlannedShot[] {
  return shots.map((shot, number) => {
    if (!shot.keyframes.some(({ color }) => usesModel(color))) return shot;
    const own = found[number];
    if (shot.kind === 'steady') return own ? { ...shot, anchors: own } : shot;
    const keyframes = shot.keyframes.map((keyframe, place) => {
      const neighbour = ofShownShot(found, shot, number, place);
      return neighbour && usesModel(keyframe.color) ? { ...keyframe, anchors: neighbour } : keyframe;
    });
    return { ...shot, keyframes };
  });
}
