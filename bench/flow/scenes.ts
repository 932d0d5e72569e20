import { dice, smoothNoise } from '../../harness/synthetic.ts';
import type { FlowField } from '../../src/media/fields/flow-field.ts';
import { grayPlane, type Plane } from '../../src/media/fields/plane.ts';

/** Two pictures and what is known of the motion between them: at(x, y) shows what from(x + dx, y + dy) shows. */
export interface Scene {
  readonly name: string;
  readonly at: Plane<Uint8Array>;
  readonly from: Plane<Uint8Array>;
  readonly truth: FlowField;
  /** 1 where what `at` shows is also seen in `from`, else 0. */
  readonly visible: Uint8Array;
}

export type SceneKind = 'affine' | 'smooth' | 'layers';

export interface SceneOptions {
  readonly width: number;
  readonly height: number;
  readonly kind: SceneKind;
  /** Standard deviation of the grain on both pictures, levels. */
  readonly grain: number;
  /** Gain and offset (levels) that `from` has against `at`. */
  readonly flicker: { readonly gain: number; readonly offset: number };
  readonly seed: number;
}

/** Levels of a layer's surface: noise from 60 cells down to 2.5, strong in some places and nearly flat in others, as pictures are. */
function surface(x: number, y: number, seed: number): number {
  const detail = smoothNoise(x / 45, y / 45, seed + 900) ** 2;
  const coarse = 0.55 * smoothNoise(x / 60, y / 60, seed) + 0.3 * smoothNoise(x / 21, y / 21, seed + 1);
  const fine =
    0.3 * smoothNoise(x / 8, y / 8, seed + 2) +
    0.25 * smoothNoise(x / 4, y / 4, seed + 3) +
    0.15 * smoothNoise(x / 2.5, y / 2.5, seed + 4);
  return 30 + 200 * (coarse + 1.3 * detail * (fine - 0.35));
}

type CheckedFlow = (x: number, y: number) => readonly [dx: number, dy: number];

interface Layer {
  readonly motion: CheckedFlow;
  readonly seed: number;
  /** How much of the place in `from` the layer covers, 0..1. */
  readonly cover: (x: number, y: number) => number;
}

function affine(roll: () => number, size: { width: number; height: number }, reach: number): CheckedFlow {
  const span = (most: number) => (2 * roll() - 1) * most;
  const [shiftX, shiftY, grow, shear, turn] = [span(reach), span(reach * 0.6), span(0.03), span(0.02), span(0.04)] as const;
  return (x, y) => {
    const cx = x - size.width / 2;
    const cy = y - size.height / 2;
    return [shiftX + (grow + shear) * cx - turn * cy, shiftY + (grow - shear) * cy + turn * cx];
  };
}

function smooth(roll: () => number, reach: number): CheckedFlow {
  const [a, b, c, d] = [roll() * 6, roll() * 6, roll() * 6, roll() * 6] as const;
  return (x, y) => [
    reach * (0.7 * Math.sin(x / 61 + a) * Math.cos(y / 47 + b) + 0.3 * Math.sin(x / 19 + y / 23 + c)),
    reach * (0.7 * Math.sin(y / 53 + c) * Math.cos(x / 71 + d) + 0.3 * Math.sin(y / 21 - x / 25 + a)),
  ];
}

/** A blob with an uneven rim. */
function blob(roll: () => number, size: { width: number; height: number }, seed: number): Layer['cover'] {
  const x0 = (0.15 + 0.7 * roll()) * size.width;
  const y0 = (0.15 + 0.7 * roll()) * size.height;
  const radius = (0.1 + 0.15 * roll()) * size.height;
  return (x, y) => {
    const rim = radius * (0.8 + 0.5 * smoothNoise(x / 25, y / 25, seed));
    return Math.min(Math.max(rim - Math.hypot(x - x0, y - y0) + 0.5, 0), 1);
  };
}

function layersOf(options: SceneOptions, roll: () => number): Layer[] {
  const everywhere = () => 1;
  if (options.kind === 'affine') return [{ motion: affine(roll, options, 8), seed: options.seed, cover: everywhere }];
  if (options.kind === 'smooth') return [{ motion: smooth(roll, 4), seed: options.seed, cover: everywhere }];
  const back: Layer = { motion: affine(roll, options, 3), seed: options.seed, cover: everywhere };
  const blobs = Array.from({ length: 4 }, (_, i) => {
    const seed = options.seed + 50 * (i + 1);
    return { motion: affine(roll, options, 12), seed, cover: blob(roll, options, seed) };
  });
  return [back, ...blobs];
}

/** The layers over each other at one place of each layer; and the topmost that covers at least half. */
function look(layers: readonly Layer[], place: (layer: Layer) => readonly [number, number]): { level: number; top: number } {
  let level = 0;
  let top = 0;
  layers.forEach((layer, i) => {
    const [x, y] = place(layer);
    const cover = layer.cover(x, y);
    if (cover === 0) return;
    level += cover * (surface(x, y, layer.seed) - level);
    if (cover >= 0.5) top = i;
  });
  return { level, top };
}

/** Make a scene: `from` is drawn as it is, `at` by looking where each layer's motion leads. */
export function sceneOf(options: SceneOptions): Scene {
  const { width, height } = options;
  const roll = dice(options.seed);
  const layers = layersOf(options, roll);
  const grain = () => options.grain * (roll() + roll() + roll() + roll() - 2) * Math.sqrt(3);
  const at = grayPlane(width, height);
  const from = grayPlane(width, height);
  const truth = { width, height, data: new Float32Array(width * height * 2) };
  const visible = new Uint8Array(width * height);
  const code = (level: number) => Math.min(255, Math.max(0, Math.round(level + grain())));
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      const seen = look(layers, layer => {
        const [dx, dy] = layer.motion(x, y);
        return [x + dx, y + dy];
      });
      at.data[i] = code(seen.level);
      from.data[i] = code(options.flicker.gain * look(layers, () => [x, y]).level + options.flicker.offset);
      const motion = layers[seen.top]!.motion(x, y);
      truth.data.set(motion, 2 * i);
      const [tx, ty] = [x + motion[0], y + motion[1]];
      const isInside = tx >= 0 && ty >= 0 && tx <= width - 1 && ty <= height - 1;
      visible[i] = isInside && look(layers, () => [tx, ty]).top === seen.top ? 1 : 0;
    }
  }
  const name = `${options.kind} grain ${options.grain} gain ${options.flicker.gain.toFixed(2)}`;
  return { name, at, from, truth, visible };
}

/** Scenes of each kind, grain and flicker: each with other motion and another texture. */
const TAKES = 3;

/** 81 scenes: every kind, clean and grainy, steady and flickering. */
export function allScenes(width: number, height: number): Scene[] {
  const flickers = [
    { gain: 1, offset: 0 },
    { gain: 0.96, offset: 2 },
    { gain: 1.1, offset: -6 },
  ];
  const takes = Array.from({ length: TAKES }, (_, take) => take);
  const conditions = (['affine', 'smooth', 'layers'] as const).flatMap(kind =>
    [0, 2, 5].flatMap(grain => flickers.flatMap(flicker => takes.map(() => ({ kind, grain, flicker })))),
  );
  return conditions.map((condition, i) => sceneOf({ width, height, ...condition, seed: 11 + 1000 * i }));
}
