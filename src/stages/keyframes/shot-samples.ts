import type { BesideJob } from '../../adapters/ffmpeg/raw-video.ts';
import type { Plane } from '../../media/fields/plane.ts';
import type { Film } from '../../media/film/film.ts';

/** A picture of a film, 8-bit gray, 0 at black and 255 at white. */
export interface Sample {
  readonly index: number;
  readonly gray: Plane<Uint8Array>;
}

/** Pictures of each shot of a film that is being decoded for something else. */
export interface ShotSampler {
  /** What it wants of the decoding. */
  readonly job: BesideJob;
  /** The survey has come to this frame: what cannot be wanted any more is let go of. */
  passed(index: number): void;
  /** Have all pictures up to this frame come? */
  holds(index: number): boolean;
  /** The samples of a shot, of shots that come in order; resolves when all have come, or no more will. */
  samplesOf(shot: { readonly start: number; readonly end: number }): Promise<Sample[]>;
  /** No more pictures will come. */
  end(): void;
}

/** Every so many frames one may be taken: all of a shot that has few of them, of a longer one every second, fourth ..., as many as MOST. */
const EVERY = 12;
const FEW = 4;
const MOST = 8;
/** The picture's shorter side is so many times the one that the model prefers: it may have bars, which the model is not shown. */
const LARGER = 4 / 3;
/** Frames within which the end of a shot is known: the search for cuts looks three seconds ahead. */
const SURELY_DECIDED = 500;

interface Request {
  readonly wanted: ReadonlySet<number>;
  readonly found: Sample[];
  readonly last: number;
  readonly resolve: (samples: Sample[]) => void;
}

/** `shortSide`: the length of the shorter side that the model prefers. What is sampled of a shot depends on its frames alone. */
export function sampleShots({ format }: Film, shortSide: number): ShotSampler {
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
      filter: `select=not(mod(n\\,${EVERY})),scale=${width}:${height}:flags=area+bitexact,format=gray`,
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

/** Frames from one sample of a shot to the next. */
function stepOf(start: number, end: number): number {
  let step = EVERY;
  while (Math.ceil(end / step) - Math.ceil(start / step) > (step === EVERY ? FEW : MOST)) step *= 2;
  return step;
}
