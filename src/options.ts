import { z } from 'zod';
import { meantInstead } from './meant-word.ts';

/**
 * All settings that a user can give, with range, default and help. A pipeline contains some of them, the command line overrides
 * them, the plan stores all.
 */
export const CODECS = [
  'x264',
  'x265',
  'prores',
  'prores4444',
  'dnxhr',
  'v210',
  'ffv1',
  'h264_nvenc',
  'hevc_nvenc',
  'h264_videotoolbox',
  'hevc_videotoolbox',
  'h264_qsv',
  'hevc_qsv',
  'h264_amf',
  'hevc_amf',
  'h264_vaapi',
  'hevc_vaapi',
  'same',
] as const;
export const DEVICES = ['auto', 'cpu', 'cuda', 'webgpu', 'coreml', 'directml'] as const;
export const PRESETS = ['ultrafast', 'superfast', 'veryfast', 'faster', 'fast', 'medium', 'slow', 'slower', 'veryslow'] as const;

/** Palettes that colour by intensity. */
export const PALETTES = ['viridis', 'cividis', 'magma', 'hot-iron', 'pet'] as const;
export type PaletteName = (typeof PALETTES)[number];

export const LOOKS = ['technicolor', 'kodachrome', 'autochrome', 'hand-tinted'] as const;
export const LAYOUTS = ['single', 'side-by-side', 'chroma-only'] as const;
export const AUDIO = ['keep', 'convert'] as const;
export const KEPT_COLOR = ['auto', 'always', 'never'] as const;

/** More seconds than any film has: thirty years. */
const LONGEST = 1e9;

export type Codec = (typeof CODECS)[number];
export type DeviceChoice = (typeof DEVICES)[number];

/** A frame by its index, or a number of frames: `1500f`. */
export type FrameTime = `${number}f`;
/** A time or a length of a film: seconds, or frames. */
export type FilmTime = number | FrameTime;

/** `90.5`, `1:30`, `00:01:30.5`, `1500f`. */
const TIME = /^(?:\d{1,9}f|(?:\d{1,4}:[0-5]\d:[0-5]\d|\d{1,4}:[0-5]\d|\d{1,9})(?:\.\d+)?)$/;

function readTime(given: number | string): FilmTime {
  if (typeof given === 'number' || given.endsWith('f')) return given as FilmTime;
  return given.split(':').reduce((sum, part) => sum * 60 + Number(part), 0);
}

/** A time or length at the door, as people write it. */
const timeSchema = (least: 'zero' | 'more') => {
  const bounds = `${least === 'zero' ? 'from 0' : 'more than 0'} up to ${LONGEST} seconds`;
  const error = ({ input }: { input?: unknown }) =>
    `Expected a time such as 90.5, 1:30, 00:01:30.5 or 1500f (frames), ${bounds}, received ${JSON.stringify(input)}`;
  const number = z.number({ error }).max(LONGEST, { error });
  return z
    .union([least === 'zero' ? number.min(0, { error }) : number.positive({ error }), z.string().regex(TIME, { error })], {
      error,
    })
    .refine(given => least === 'zero' || Number.parseFloat(`${readTime(given)}`) > 0, { error })
    .transform(readTime);
};

/** The number in a time that is given in frames. */
export function framesOf(time: FrameTime): number {
  return Number.parseInt(time, 10);
}

/** A time in words: `second 90`, `frame 1500`. */
export function describeTime(time: FilmTime): string {
  return typeof time === 'number' ? `second ${time}` : `frame ${framesOf(time)}`;
}

/** Are keyframes made by a model, beside those that are given? */
export function makesKeyframes({ keyframeSource, palette }: Settings): boolean {
  return keyframeSource !== 'given' && palette === undefined;
}

/** Is a part of the film to be rendered, rather than all of it? */
export function isStretch({ from, to, duration }: Settings): boolean {
  return from !== undefined || to !== undefined || duration !== undefined;
}

const REFERENCE_FOR_ERROR = ({ input }: { input?: unknown }) =>
  `Expected a stretch and a picture, such as "0:10-0:25=coat.jpg" or "240f-600f=coat.jpg", received "${input}"`;

const WINDOW_ERROR = ({ input }: { input?: unknown }) =>
  `Expected a window as CENTER,WIDTH in code values, such as 1050,2100, received "${input}"`;

/** Reads a window, `CENTER,WIDTH`: the code values at its ends. undefined where it has another form, or no width. */
export function readWindow(text: string): { low: number; high: number } | undefined {
  const [, center = '', width = ''] = /^(\d{1,6}(?:\.\d+)?),(\d{1,6}(?:\.\d+)?)$/.exec(text) ?? [];
  const half = Number(width) / 2;
  return half > 0 ? { low: Number(center) - half, high: Number(center) + half } : undefined;
}

/** A picture for the frames from a time up to another. */
export interface ReferenceFor {
  readonly from: FilmTime;
  readonly to: FilmTime;
  readonly path: string;
}

/** Reads `0:10-0:25=coat.jpg`; undefined where it has another form. */
export function readReferenceFor(text: string): ReferenceFor | undefined {
  const [, from = '', to = '', path = ''] = /^([^-=]+)-([^-=]+)=(.+)$/.exec(text) ?? [];
  if (!TIME.test(from) || !TIME.test(to)) return undefined;
  return { from: readTime(from), to: readTime(to), path };
}

/** The values of `look` that are no files. */
export const NAMED_LOOKS = ['none', ...LOOKS] as const;
/** A file of a 3D lookup table, by its name. */
export const CUBE_FILE = /\.cube$/i;

export const settingsSchema = z.strictObject({
  model: z
    .string()
    .min(1)
    .default('kinemacolor-base')
    .describe(
      'colour model: an id (see "kinemacolor models list"), a path to an .onnx with its card beside it, or several joined by + to blend them',
    ),
  device: z.enum(DEVICES).default('auto').describe('where the colour model runs'),
  keyframeEvery: z
    .int()
    .min(1)
    .max(100_000)
    .optional()
    .describe(
      'largest distance between keyframes in frames; 1 colours every frame on its own (by default 24 where much moves, 48 or 96 where little does)',
    ),
  keyframes: z.string().min(1).optional().describe('folder of keyframe pictures named by frame index (000016.png)'),
  references: z
    .string()
    .min(1)
    .optional()
    .describe('folder of pictures in colour, of any size: each shot is coloured like those that show what it shows, if any does'),
  referenceFor: z
    .array(z.string().refine(text => readReferenceFor(text) !== undefined, { error: REFERENCE_FOR_ERROR }))
    .optional()
    .describe('picture for a stretch of the film, START-END=FILE: "0:10-0:25=coat.jpg"; may be given several times'),
  keyframeSource: z
    .enum(['given-and-automatic', 'given'])
    .default('given-and-automatic')
    .describe('make automatic keyframes beside the given pictures, or none'),
  agreement: z
    .enum(['on', 'off'])
    .default('on')
    .describe('give a thing one colour throughout a shot, where the model says what it sees'),
  film: z.enum(['clean', 'worn']).default('clean').describe('worn: expect flicker, dust, scratches and gate weave'),
  flow: z.enum(['fine', 'fast']).default('fine').describe('how finely motion is searched'),
  sensitivity: z.number().min(0).max(1).default(0.5).describe('how readily a cut is seen, 0 (seldom) to 1 (often)'),
  saturation: z.number().min(0).max(2).optional().describe('strength of the colour: 0 (gray) to 2, 1 as the model gives it'),
  warmth: z.number().min(-1).max(1).optional().describe('-1 (blue) to 1 (amber)'),
  darkGuard: z
    .number()
    .min(0)
    .max(1)
    .optional()
    .describe('luma below which colour fades, where it is too dark to know: 0 (never) to 1 (white); try 0.15'),
  look: z
    .string()
    .refine(name => (NAMED_LOOKS as readonly string[]).includes(name) || CUBE_FILE.test(name), {
      error: ({ input }) =>
        `Expected a look (${NAMED_LOOKS.join(', ')}) or the path of a .cube file, received "${input}"${meantInstead(String(input), NAMED_LOOKS)}`,
    })
    .optional()
    .describe(`look of the colour: ${LOOKS.join(', ')}, none, or a .cube file, of which only the chroma is used`),
  window: z
    .string()
    .refine(text => readWindow(text) !== undefined, { error: WINDOW_ERROR })
    .optional()
    .describe(
      'CENTER,WIDTH in code values: what of the data is shown, from black to white, to the model and in pictures; the data stay as they are',
    ),
  palette: z
    .enum(PALETTES)
    .optional()
    .describe('colour by intensity, with the chroma of a palette; no model, no keyframes. For stacks and measurements'),
  chroma: z
    .enum(['small', 'full'])
    .optional()
    .describe(
      'full: colour at the size of the picture (4:4:4), as with --window and --palette; small: as small as the codec can',
    ),
  keepColor: z
    .enum(KEPT_COLOR)
    .default('auto')
    .describe(
      'shots that are in colour already: auto keeps them in a film that is black and white otherwise, always keeps them all, never colours them anew',
    ),
  codec: z
    .enum(CODECS)
    .default('x264')
    .describe("video codec of the result; prores is 422 HQ, v210 uncompressed, same the source's own, at its depth"),
  quality: z.number().min(0).max(51).default(18).describe('0 (best, largest) to 51; the CRF of x264 and x265'),
  preset: z.enum(PRESETS).default('medium').describe('how hard x264 and x265 work'),
  layout: z
    .enum(LAYOUTS)
    .default('single')
    .describe(
      'side-by-side: the gray film on the left, colour on the right; chroma-only: the colour on mid gray, to lay over the original',
    ),
  audio: z
    .enum(AUDIO)
    .default('keep')
    .describe(
      'sound that the container cannot hold: keep changes no sample, and reports what has to be left out; convert brings it into a codec that fits',
    ),
  stream: z
    .int()
    .min(0)
    .optional()
    .describe("the source's picture stream to colour, by its own number (default: the one that is the film)"),
  from: timeSchema('zero')
    .optional()
    .describe('start of the stretch to render, in the film: 90, 1:30, 00:01:30.5, or a frame: 1500f'),
  to: timeSchema('more').optional().describe('end of the stretch to render, in the same forms; the frame at it is left out'),
  duration: timeSchema('more').optional().describe('length of the stretch to render, in the same forms'),
});

/** All settings of a run, resolved: pipeline, then command line, then defaults. */
export type Settings = z.output<typeof settingsSchema>;
/** The settings as given, before defaults. */
export type SettingsInput = z.input<typeof settingsSchema>;

export const pipelineSchema = z.strictObject({
  $schema: z.string().optional(),
  name: z.string().min(1),
  description: z.string().min(1),
  settings: settingsSchema.partial(),
});
/** Named settings to start from, with a description. */
export type Pipeline = z.output<typeof pipelineSchema>;

/** A zod error as one sentence: where, what was expected, what was found. */
export function explainIssues(error: z.ZodError): string {
  const issue = error.issues[0]!;
  const where = issue.path.length > 0 ? `"${issue.path.join('.')}": ` : '';
  const more = error.issues.length > 1 ? ` (and ${error.issues.length - 1} more)` : '';
  return `${where}${issue.message}${more}`;
}
