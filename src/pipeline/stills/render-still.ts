import { createHash } from 'node:crypto';
import { extname, resolve } from 'node:path';
import { factsAt } from '../../adapters/files/file-facts.ts';
import { pictureKind } from '../../adapters/files/file-kind.ts';
import type { Existing, Inputs, OutputPlace } from '../../adapters/files/output-guard.ts';
import { readPictureBytes, whyAbsent } from '../../adapters/files/read-input.ts';
import { saveFile } from '../../adapters/files/save-file.ts';
import { gatherMetadata } from '../../adapters/pictures/gather-metadata.ts';
import { embedMetadata } from '../../adapters/pictures/metadata/embed-metadata.ts';
import type { SyntheticNote } from '../../adapters/pictures/metadata/xmp-note.ts';
import { encodeStill, noteOf, readStill, type StillFile, srgbProfile, tinyRgb } from '../../adapters/pictures/still-file.ts';
import { KinemacolorError, throwIfAborted } from '../../errors.ts';
import type { LumaWindow } from '../../media/film/frame.ts';
import {
  narrowed,
  SOURCE_NAMES,
  type SourceKind,
  STILL_KINDS,
  type Still,
  type StillKind,
  stillKindOf,
} from '../../media/film/still.ts';
import { gradeContent } from '../../media/plan/grade.ts';
import { canonicalJson, sha256 } from '../../media/plan/plan.ts';
import { windowOf } from '../../stages/decode/luma-window.ts';
import { modelOrigin, paletteOrigin, provenanceStatement } from '../../stages/remux/provenance.ts';
import { colorStill, stillFormat } from '../../stages/stills/color-still.ts';
import { readHints } from '../../stages/stills/read-hints.ts';
import { isPictureColored, SAMPLE_SIZE } from '../../stages/survey/detect-color.ts';
import { type ColorBar, colorBar } from '../run/color-bar.ts';
import { guardPicture } from '../run/guard-picture.ts';
import type { StillColoring, StillContext } from './still-context.ts';

/** The report of one picture. */
export interface StillReport {
  /** The black-and-white picture. */
  readonly source: string;
  /** The picture in colour. */
  readonly output: string;
  /** Width of the result, upright, in pixels. */
  readonly width: number;
  /** Height of the result, upright, in pixels. */
  readonly height: number;
  /** Bits per sample of the result. */
  readonly depth: 8 | 16;
  /** `kept`: the output existed already, from the same source, model and settings. */
  readonly outcome: 'colored' | 'kept';
  /** The model's id, or the name of the palette that coloured by intensity. */
  readonly model: string;
  /** Where the model ran: `cpu`, `cuda` and so on; `none` for a palette. */
  readonly device: string;
  /** What the colours stand for, where a palette gave them. */
  readonly colorBar?: ColorBar | undefined;
  /** Warnings, one sentence each. */
  readonly warnings: readonly string[];
  /** Seconds that it took. */
  readonly seconds: number;
}

export interface StillJob {
  readonly source: string;
  readonly output: string;
  /** Path of a picture with known colours (see `colorizeStill`). */
  readonly hints?: string | undefined;
  /** What to do with a file at `output` that Kinemacolor did not make. */
  readonly existing: Existing;
  /** Every file that the run reads. */
  readonly inputs: Inputs;
  /** What to do with an output that is this very result already. */
  readonly finished: 'keep' | 'make-again';
}

/**
 * Colour one picture into its file: read, colour, encode, add its metadata, write whole or not at all. Throws `source`,
 * `reference`, `usage`, `output`, `model` or `interrupted`, in one sentence that names the picture.
 */
export async function renderStill(job: StillJob, context: StillContext, signal?: AbortSignal): Promise<StillReport> {
  const started = performance.now();
  const [source, output] = [resolve(job.source), resolve(job.output)];
  const { kind, target, place } = await checkStill(job);
  throwIfAborted(signal);
  const file = await readStill(source, kind);
  checkHolds(file, target);
  const note = await noteFor(file, job, context, target);
  const depth = STILL_KINDS[target].depth === 8 ? 8 : file.still.depth;
  const { width, height } = file.still;
  const facts = { source, output, width, height, depth, ...reportedColoring(context, file.still) } as const;
  const seconds = () => (performance.now() - started) / 1000;
  if (job.finished === 'keep' && (await noteOf(output)) === note.fingerprint)
    return { ...facts, outcome: 'kept', warnings: [], seconds: seconds() };
  const warnings = await warningsOn(file, target, context.window);
  const { parts, notes } = await encoded(file, { job, context, target, note, signal });
  throwIfAborted(signal);
  await saveFile(place, parts);
  return {
    ...facts,
    outcome: 'colored',
    warnings: [...warnings, ...notes.map(remark => `${source}: ${remark}.`)],
    seconds: seconds(),
  };
}

/** What a report says of what coloured. */
function reportedColoring(
  { coloring, window }: StillContext,
  { width, height, depth }: Still,
): Pick<StillReport, 'model' | 'device' | 'colorBar'> {
  if (coloring.kind === 'model') return { model: coloring.model.id, device: coloring.colorizer.device };
  const format = { ...stillFormat({ width, height }, depth), window: windowOf(window, depth) };
  return { model: coloring.palette, device: 'none', colorBar: colorBar(coloring.palette, format) };
}

/** A window, which is given in code values of the source, in those of the picture that is painted. */
function windowIn(still: Still, window: string | undefined, source: Still): LumaWindow | undefined {
  const shown = windowOf(window, source.depth);
  const scale = (2 ** still.depth - 1) / (2 ** source.depth - 1);
  return shown && { low: scale * shown.low, high: scale * shown.high };
}

interface Making {
  readonly job: StillJob;
  readonly context: StillContext;
  readonly target: StillKind;
  readonly note: SyntheticNote;
  readonly signal: AbortSignal | undefined;
}

async function encoded(
  file: StillFile,
  { job, context, target, note, signal }: Making,
): Promise<{ parts: Buffer[]; notes: string[] }> {
  const still = STILL_KINDS[target].depth === 8 ? narrowed(file.still) : file.still;
  const hints = job.hints === undefined ? undefined : await readHints(job.hints, still);
  const { coloring, threads, grade } = context;
  const by = coloring.kind === 'model' ? coloring.colorizer : coloring.palette;
  const window = windowIn(still, context.window, file.still);
  const samples = await colorStill(still, { by, threads }, { hints, grade, window, signal });
  const { width, height } = still;
  const picture = await encodeStill(samples, { width, height, channels: still.alpha ? 4 : 3 }, target);
  const gathered = gatherMetadata(file, note, file.header.icc ? await srgbProfile() : undefined);
  const embedded = embedMetadata(picture, gathered.metadata, {
    kind: target,
    width,
    height,
    alpha: still.alpha ? 'kept' : 'none',
  });
  return { parts: embedded.parts, notes: [...gathered.notes, ...embedded.notes] };
}

/** Only a readable hint picture is hashed; any other is rejected when it is read. */
async function hashOf(hints: string): Promise<string> {
  return createHash('sha256')
    .update(await readPictureBytes(hints))
    .digest('hex');
}

/** What identifies the result: the source, the hints, the model or the palette, the grade, the window, the device, the program and the container. */
async function noteFor(file: StillFile, job: StillJob, context: StillContext, target: StillKind): Promise<SyntheticNote> {
  const { coloring, window } = context;
  const hints = job.hints === undefined ? 'none' : await hashOf(job.hints).catch(() => 'unreadable');
  const fingerprint = sha256(
    canonicalJson({
      ...{ source: file.sha256, hints, program: context.version, target, window },
      ...identified(coloring),
      grade: context.grade && gradeContent(context.grade.grade),
    }),
  );
  const hinted = job.hints === undefined ? '' : ' and hints by a person';
  const origin = coloring.kind === 'palette' ? paletteOrigin(coloring.palette) : `${modelOrigin(coloring.model)}${hinted}`;
  return { text: provenanceStatement(context.version, origin, undefined), fingerprint };
}

function identified(coloring: StillColoring): Record<string, string> {
  if (coloring.kind === 'palette') return { palette: coloring.palette };
  const { model, colorizer } = coloring;
  return { model: model.sha256, contract: model.contract, device: colorizer.device };
}

/**
 * Check everything that can fail before the picture is decoded. Returns the kinds of source and result, and the output path.
 */
export async function checkStill(job: StillJob): Promise<{ kind: SourceKind; target: StillKind; place: OutputPlace }> {
  const { source, output, existing, inputs } = job;
  const kind = await kindOf(resolve(source));
  const target = targetOf(output);
  return {
    kind,
    target,
    place: await guardPicture(output, { inputs, existing }),
  };
}

async function kindOf(source: string): Promise<SourceKind> {
  const kind = await pictureKind(source);
  if (kind) return kind;
  const what = await factsAt(source).then(
    ({ size }) => (size === 0 ? 'the file is empty' : 'it is none of these'),
    cause => whyAbsent(source, cause),
  );
  throw new KinemacolorError('source', `Expected a picture (${SOURCE_NAMES}) at ${source}, but ${what}.`);
}

/** The container for the output's extension. Throws `usage` where it is not supported. */
function targetOf(output: string): StillKind {
  const kind = stillKindOf(extname(output));
  if (kind) return kind;
  throw new KinemacolorError(
    'usage',
    `Expected an output that ends in .jpg, .png, .webp or .tif, since the source is a picture, received ${output}.`,
  );
}

/** As a share of white. 12-bit data in a 16-bit file end at a sixteenth of it; so dark a picture can hold little chroma. */
const DARK = 1 / 8;

async function warningsOn(file: StillFile, target: StillKind, window: string | undefined): Promise<string[]> {
  const { still, notes } = file;
  const { name, depth } = STILL_KINDS[target];
  const warnings = [...notes];
  if (file.stored === 'color' && isPictureColored(await tinyRgb(file.bytes, SAMPLE_SIZE)))
    warnings.push('the picture holds colour already; only its luma is used');
  const dark = DARK * (2 ** still.depth - 1);
  if (window === undefined && still.luma.data.every(code => code < dark))
    warnings.push(
      'its brightest sample is below an eighth of white, so that it stays dark and nearly gray; say with --window CENTER,WIDTH what is to be shown',
    );
  if (still.depth > depth) warnings.push(`${name} holds 8 bit, so its 16 are rounded; choose .png or .tif to keep them`);
  return warnings.map(remark => `${file.path}: ${remark}.`);
}

/** Throws `usage` where the container cannot hold the picture. */
function checkHolds({ still, path }: StillFile, target: StillKind): void {
  const { name, alpha, longest } = STILL_KINDS[target];
  if (Math.max(still.width, still.height) > longest) {
    throw new KinemacolorError(
      'usage',
      `${path} is ${still.width}x${still.height}, and ${name} holds at most ${longest} pixels a side; choose an output that ends in .png or .tif.`,
    );
  }
  if (still.alpha && alpha === 'none') {
    throw new KinemacolorError(
      'usage',
      `The picture ${path} is transparent in places, which ${name} cannot hold; choose an output that ends in .png, .tif or .webp.`,
    );
  }
}
