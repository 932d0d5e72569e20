import type { Ffmpeg } from '../../src/adapters/ffmpeg/ffmpeg.ts';
import type { Random } from './random.ts';
import type { Place } from './run.ts';

export interface Bench {
  /** For what the cases of a part share: films, pictures, what an undisturbed run makes of them. */
  readonly folder: string;
  readonly ffmpeg: Ffmpeg;
}

/** What was tried, and which laws were broken: none where the program survived. */
export interface Outcome {
  readonly what: string;
  readonly faults: readonly string[];
  readonly end?: string;
}

export interface Part {
  readonly name: string;
  /** Cases of a whole run. Case n of a seed is always the same. */
  readonly cases: number;
  /** Makes what the cases share and returns what tries one. */
  open(bench: Bench): Promise<(number: number, place: Place, random: Random) => Promise<Outcome>>;
}

/** What colouring a tiny film or picture costs least. */
export const QUICK = ['--preset', 'ultrafast', '--device', 'cpu', '--workers', '1'] as const;
