import { availableParallelism, freemem, totalmem } from 'node:os';
import { bundledLicences } from '../adapters/bundled-licences.ts';
import { tryDevice } from '../adapters/colorizer/try-device.ts';
import { type Ffmpeg, locateFfmpeg } from '../adapters/ffmpeg/ffmpeg.ts';
import { NEWER, remarkOnAge } from '../adapters/ffmpeg/ffmpeg-facts.ts';
import { tryDecoder } from '../adapters/ffmpeg/try-decoder.ts';
import { tryEncoder } from '../adapters/ffmpeg/try-encoder.ts';
import { listCards } from '../adapters/models/model-cards.ts';
import { modelFolders } from '../adapters/models/model-folders.ts';
import { type ResolvedModel, resolveModel } from '../adapters/models/model-store.ts';
import { automaticDevices, type Device, offeredDevices, remedyFor } from '../adapters/onnx/device.ts';
import { KinemacolorError } from '../errors.ts';
import { loadKernels } from '../kernels/wasm/wasm-kernels.ts';
import { CODECS, type Codec, settingsSchema } from '../options.ts';

/** One result of the diagnosis. `missing`: a run needs it. `note`: a run works without it. */
export interface Finding {
  readonly topic: string;
  readonly status: 'ok' | 'missing' | 'note';
  readonly text: string;
  /** What to do about it. */
  readonly remedy?: string;
}

export interface Diagnosis {
  readonly rows: readonly Finding[];
}

/** The oldest supported version of Node, as in package.json. */
const MIN_NODE = [20, 19] as const;
/** Bytes of memory below which a 1080p film and its encoder may not fit. */
const MIN_MEMORY = 3e9;

/** The model of every run that does not choose one. */
const DEFAULT_MODEL = settingsSchema.shape.model.parse(undefined);

/** The software encoders, by codec. Every other codec has the name of its encoder. */
const SOFTWARE: Partial<Record<Codec, string>> = { x264: 'libx264', x265: 'libx265', prores: 'prores_ks', ffv1: 'ffv1' };

/**
 * Test everything that a run needs on this machine: start ffmpeg, try its hardware encoders, check the bundled model and open
 * it on every device, load the kernels. Never throws; takes a few seconds.
 */
export async function diagnose(): Promise<Diagnosis> {
  const [ffmpeg, models, kernels] = await Promise.all([inspectFfmpeg(), inspectModels(), inspectKernels()]);
  const devices = await inspectDevices();
  return { rows: [inspectNode(), inspectMachine(), ...ffmpeg, ...kernels, ...models, ...devices, await inspectLicences()] };
}

/** Licences that apply to anyone who redistributes the installed package. */
async function inspectLicences(): Promise<Finding> {
  const licences = await bundledLicences();
  const text = licences.map(one => `${one.what} ${one.licence} (${one.package})`).join(', ');
  return { topic: 'licences', status: 'ok', text: `installed with Kinemacolor (MIT): ${text}` };
}

function inspectNode(): Finding {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const text = `${process.version} on ${process.platform}-${process.arch}`;
  if (major > MIN_NODE[0] || (major === MIN_NODE[0] && minor >= MIN_NODE[1])) return { topic: 'node', status: 'ok', text };
  return { topic: 'node', status: 'missing', text, remedy: `install Node ${MIN_NODE.join('.')} or newer` };
}

function inspectMachine(): Finding {
  const gigabytes = (bytes: number) => `${(bytes / 1e9).toFixed(1)} GB`;
  const text = `${availableParallelism()} cores, ${gigabytes(totalmem())} of memory, ${gigabytes(freemem())} free`;
  if (totalmem() >= MIN_MEMORY) return { topic: 'machine', status: 'ok', text };
  return { topic: 'machine', status: 'note', text, remedy: 'for films of 1080p and more, expect to need more memory' };
}

async function inspectFfmpeg(): Promise<Finding[]> {
  try {
    const ffmpeg = await locateFfmpeg();
    const text = `${ffmpeg.version} (${ffmpeg.origin}) at ${ffmpeg.path}, with ${ffmpeg.probePath}; licence: ${ffmpeg.licence}`;
    await tryDecoder(ffmpeg);
    return [{ topic: 'ffmpeg', status: 'ok', text }, ...inspectAge(ffmpeg), ...(await inspectEncoders(ffmpeg))];
  } catch (cause) {
    const isFolder = cause instanceof KinemacolorError && cause.kind === 'output';
    const remedy = isFolder
      ? 'make that folder, or set TMPDIR to another one'
      : 'install ffmpeg, or set KINEMACOLOR_FFMPEG to "bundled" or to the path of one';
    return [{ topic: 'ffmpeg', status: 'missing', text: sentenceOf(cause), remedy }];
  }
}

function inspectAge(ffmpeg: Ffmpeg): Finding[] {
  const remark = remarkOnAge(ffmpeg, ffmpeg.origin);
  return remark === undefined ? [] : [{ topic: 'trust', status: 'note', text: remark, remedy: NEWER }];
}

async function inspectEncoders(ffmpeg: Ffmpeg): Promise<Finding[]> {
  const findings: Finding[] = [];
  const software = CODECS.filter(codec => SOFTWARE[codec] !== undefined);
  const has = (codec: Codec) => ffmpeg.encoders.has(SOFTWARE[codec] ?? codec);
  const present = software.filter(has);
  if (present.length > 0) findings.push({ topic: 'encoders', status: 'ok', text: present.join(', ') });
  for (const codec of software.filter(one => !has(one))) {
    const text = `${codec}: this ffmpeg was built without ${SOFTWARE[codec]}`;
    findings.push({
      topic: 'encoders',
      status: 'missing',
      text,
      remedy: 'install another ffmpeg, or set KINEMACOLOR_FFMPEG=bundled',
    });
  }
  const built = CODECS.filter(codec => SOFTWARE[codec] === undefined && has(codec));
  const tries = await Promise.all(built.map(async codec => ({ codec, reason: await tryEncoder(ffmpeg, codec) })));
  const working = tries.filter(({ reason }) => reason === undefined).map(({ codec }) => codec);
  if (working.length > 0) findings.push({ topic: 'hardware', status: 'ok', text: working.join(', ') });
  for (const { codec, reason } of tries) {
    if (reason !== undefined) findings.push({ topic: 'hardware', status: 'note', text: `${codec}: ${reason}` });
  }
  if (built.length === 0)
    findings.push({ topic: 'hardware', status: 'note', text: 'this ffmpeg was built without hardware encoders' });
  return findings;
}

async function inspectKernels(): Promise<Finding[]> {
  try {
    await loadKernels();
    return [{ topic: 'kernels', status: 'ok', text: 'WebAssembly SIMD loads' }];
  } catch (cause) {
    return [
      { topic: 'kernels', status: 'missing', text: sentenceOf(cause), remedy: 'run "npm run build", or reinstall the package' },
    ];
  }
}

async function inspectModels(): Promise<Finding[]> {
  try {
    const models = await listCards(modelFolders());
    const needed = models.filter(({ card, file }) => file === 'there' || card.id === DEFAULT_MODEL);
    const others = models.length - needed.length;
    const note = `${others} more can be added`;
    const more: Finding[] =
      others > 0 ? [{ topic: 'models', status: 'note', text: note, remedy: 'see "kinemacolor models list"' }] : [];
    if (needed.length === 0)
      return [{ topic: 'model', status: 'missing', text: 'no model is here', remedy: 'reinstall the package' }, ...more];
    return [...(await Promise.all(needed.map(({ card }) => inspectModel(card.id)))), ...more];
  } catch (cause) {
    return [{ topic: 'model', status: 'missing', text: sentenceOf(cause), remedy: 'reinstall the package' }];
  }
}

async function inspectModel(id: string): Promise<Finding> {
  try {
    const { card, bytes, unchecked } = await resolveModel(id);
    const whole = unchecked.includes('sha256') ? 'not checked, its card names no SHA-256' : 'whole';
    return {
      topic: 'model',
      status: 'ok',
      text: `${id} ${card.version}, ${(bytes / 1e6).toFixed(1)} MB, ${whole}; licence: ${card.licence}`,
    };
  } catch (cause) {
    const [status, remedy] =
      id === DEFAULT_MODEL
        ? (['missing', 'reinstall the package'] as const)
        : (['note', `run "kinemacolor models pull ${id}" again, or remove the file`] as const);
    return { topic: 'model', status, text: sentenceOf(cause), remedy };
  }
}

/** Every device that ONNX Runtime supports on this platform, tried one after the other with the default model. */
async function inspectDevices(): Promise<Finding[]> {
  const model = await resolveModel(DEFAULT_MODEL).catch(() => undefined);
  if (!model) return []; // reported already
  const findings: (Finding & { topic: Device })[] = [];
  for (const device of await offeredDevices()) findings.push(await inspectDevice(device, model));
  const first = automaticDevices(process.platform).find(device =>
    findings.some(one => one.topic === device && one.status === 'ok'),
  );
  const auto: Finding = first
    ? { topic: 'auto', status: 'ok', text: `--device auto takes ${first}` }
    : { topic: 'auto', status: 'missing', text: 'no device runs the model', remedy: remedyFor('cpu') };
  return [...findings, auto];
}

async function inspectDevice(device: Device, model: ResolvedModel): Promise<Finding & { topic: Device }> {
  try {
    await tryDevice(device, model);
    return {
      topic: device,
      status: 'ok',
      text: `runs ${model.card.id}${device === 'cpu' ? '' : ', with the same colours as the CPU'}`,
    };
  } catch (cause) {
    const remedy = remedyFor(device);
    const text = sentenceOf(cause)
      .replace(`; ${remedy}`, '')
      .replace(/^Device \w+ cannot be used: /, '');
    return { topic: device, status: device === 'cpu' ? 'missing' : 'note', text, remedy };
  }
}

/** The message of a failure without its full stop. Anything but a KinemacolorError is a bug and rethrown. */
function sentenceOf(cause: unknown): string {
  if (!(cause instanceof KinemacolorError)) throw cause;
  return cause.message.replace(/\.$/, '');
}
