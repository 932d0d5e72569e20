import type { SideOutput } from '../../adapters/ffmpeg/raw-video.ts';
import type { Plane } from '../../media/fields/plane.ts';
import type { Film } from '../../media/film/film.ts';
import { windowFilters } from '../decode/luma-window.ts';

/** A picture of a film: 8-bit gray, black 0, white 255. */
export interface Sample {
  readonly index: number;
  readonly gray: Plane<Uint8Array>;
}

/** Samples pictures of each shot during a decoding of the film that runs anyway. */
export interface ShotSampler {
  /** The extra output it needs from that decoding. */
  readonly job: SideOutput;
  /** Call when the survey has reached this frame; drops samples that can no longer be needed. */
  passed(index: number): void;
  /** Whether all samples up to this frame have arrived. */
  holds(index: number): boolean;
  /** Samples of a shot, in order of shots. Resolves when all have arrived or the film has ended. */
  samplesOf(shot: { readonly start: number; readonly end: number }): Promise<Sample[]>;
  /** Call at the end of the film. */
  end(): void;
}

/** Every 12th frame may be sampled: all of them in short shots, every second, fourth ... in longer ones, at most MAX_SAMPLES. */
const EVERY = 12;
const FEW = 4;
const MOST = 8;
/** Size of samples relative to the model's preferred size. Leaves room for bars, which are cropped. */
const LARGER = 4 / 3;
/** Frames after which the end of a shot is certain. Shot detection looks three seconds ahead. */
const SURELY_DECIDED = 500;

interface Request {
  readonly wanted: ReadonlySet<number>;
  readonly found: Sample[];
  readonly last: number;
  readonly resolve: (samples: Sample[]) => void;
}

/** `shortSide`: the model's preferred shorter side. The samples of a shot depend on its frames only. */
export function sampleShots(film: Film, shortSide: number): ShotSampler {
  const { format } = film;
  const scale = Math.min(1, (LARGER * shortSide) / Math.min(format.width, format.height));
  const [width, height] = [format.width, format.height].map(side => Math.max(1, Math.round(side * scale))) as [number, number];
  const held = new Map<number, Plane<Uint8Array>>();
  const open = new Set<Request>();
  const state = { start: 0, next: 0, over: false };
  const holds = (index: number) => state.over || state.next > index;
  const answer = () => {
    for (const request of open) {
      if (!holds(request.last)) continue;
      open.delete(request);
      request.resolve(request.found);
    }
  };
  return {
    job: {
      filter: `select=not(mod(n\\,${EVERY})),${windowFilters(film)}scale=${width}:${height}:flags=area+bitexact,format=gray`,
      pixelFormat: 'gray',
      pictureBytes: width * height,
      take(data) {
        const sample = { index: state.next, gray: { width, height, data } };
        for (const { wanted, found } of open) if (wanted.has(sample.index)) found.push(sample);
        if (sample.index >= state.start) held.set(sample.index, sample.gray);
        state.next += EVERY;
        answer();
      },
    },
    passed(index) {
      const decided = index - SURELY_DECIDED;
      const step = stepOf(state.start, decided);
      for (const one of held.keys()) if (one < decided && one % step !== 0) held.delete(one);
    },
    holds,
    samplesOf({ start, end }) {
      const step = stepOf(start, end);
      const wanted = new Set<number>();
      for (let index = Math.ceil(start / step) * step; index < end; index += step) wanted.add(index);
      const found = [...held].filter(([index]) => wanted.has(index)).map(([index, gray]) => ({ index, gray }));
      for (const index of held.keys()) if (index < end) held.delete(index);
      state.start = end;
      return new Promise(resolve => {
        open.add({ wanted, found, last: Math.max(-1, ...wanted), resolve });
        answer();
      });
    },
    end() {
      state.over = true;
      answer();
    },
  };
}

/** Frames between samples of a shot. */
function stepOf(start: number, end: number): number {
  let step = EVERY;
  while (Math.ceil(end / step) - Math.ceil(start / step) > (step === EVERY ? FEW : MOST)) step *= 2;
  return step;
}
