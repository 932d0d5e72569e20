import { availableParallelism } from 'node:os';
import { KinemacolorError } from '../errors.ts';
import type { ModelCard } from '../media/model-card.ts';
import type { DeviceChoice } from '../options.ts';
import { checkCanary, checkParity } from './colorizer-canary.ts';
import { checkContract } from './colorizer-contract.ts';
import { type OnnxSession, openSession, type TensorData } from './onnx-session.ts';

/** Where a model runs. */
export type Device = Exclude<DeviceChoice, 'auto'>;

export interface ColorizerRequest {
  readonly card: ModelCard;
  /** Path of the model file, checked against the card before (see model-store). */
  readonly path: string;
  readonly device: DeviceChoice;
  /** CPU threads of the session; default: all that this process may use. */
  readonly threads?: number | undefined;
}

/** Planes in float32, row-major, width * height each; two planes (Cb, Cr of the card's matrix) one after the other in `chroma`. */
export interface ColorizerInput {
  /** Both multiples of the card's `multipleOf`. */
  readonly width: number;
  readonly height: number;
  /** Full-range luma, 0..1. */
  readonly luma: Float32Array;
  /** Known chroma, -0.5..0.5, 0 where unknown; without it nothing is known. Comes together with `mask`. */
  readonly chroma?: Float32Array | undefined;
  /** 1 where chroma is known, else 0. */
  readonly mask?: Float32Array | undefined;
}

export interface ColorizerOutput {
  /** Cb, then Cr, -0.5..0.5. */
  readonly chroma: Float32Array;
  /** 0..1 */
  readonly confidence: Float32Array;
}

/** A colour model that is open on a device. Same input, same device, same number of threads: same bytes. */
export interface Colorizer {
  readonly device: Device;
  /** For people: which device was taken, and why. */
  readonly note: string;
  readonly card: ModelCard;
  /** Throws `internal` on arrays of the wrong length, `model` where the model fails or gives numbers that are no chroma. */
  run(input: ColorizerInput): Promise<ColorizerOutput>;
  /** Finishes runs in hand. */
  close(): Promise<void>;
}

/** ONNX Runtime's names. */
const PROVIDERS: Record<Device, string> = { cpu: 'cpu', cuda: 'cuda', webgpu: 'webgpu', coreml: 'coreml', directml: 'dml' };

/** What to do about a device that is not there. */
const REMEDIES: Record<Device, string> = {
  cpu: 'reinstall the package',
  cuda: 'for an NVIDIA GPU with CUDA 12 and cuDNN 9 installed, run "ONNXRUNTIME_NODE_INSTALL=cuda12 node node_modules/onnxruntime-node/script/install" once, or use --device cpu',
  webgpu: 'install the Vulkan driver of your GPU, or use --device cpu',
  coreml: 'it exists on Macs with Apple silicon only; use --device cpu elsewhere',
  directml: 'it exists on Windows only; use --device cpu elsewhere',
};

/**
 * The order in which `auto` tries devices. WebGPU is not among them: ONNX Runtime does not say whether its adapter is a GPU or a
 * program that imitates one, which is a hundred times slower than the CPU provider. Ask for it by name.
 */
export function automaticDevices(platform: NodeJS.Platform): readonly Device[] {
  if (platform === 'darwin') return ['coreml', 'cpu'];
  if (platform === 'win32') return ['cuda', 'directml', 'cpu'];
  return ['cuda', 'cpu'];
}

/**
 * Open a colour model. A device is opened, checked against the card, tried on a gray ramp and compared with the CPU before it is
 * used. Throws `environment` where the device is not there or computes something else than the CPU, `model` where the model does
 * not do what its card says. `auto` takes the first device that passes and says in `note` why the ones before it did not.
 */
export async function openColorizer(request: ColorizerRequest): Promise<Colorizer> {
  if (request.device !== 'auto') return openOn(request.device, request, `${request.device}, as asked`);
  const passed: string[] = [];
  for (const device of automaticDevices(process.platform)) {
    if (device === 'cpu') break;
    try {
      return await openOn(
        device,
        request,
        `${device}, the first that works${passed.length > 0 ? ` (${passed.join('; ')})` : ''}`,
      );
    } catch (cause) {
      if (!(cause instanceof KinemacolorError)) throw cause;
      passed.push(`${device}: ${reasonOf(cause.cause ?? cause)}`);
    }
  }
  return openOn('cpu', request, `cpu, as no other device works (${passed.join('; ')})`);
}

async function openOn(device: Device, request: ColorizerRequest, note: string): Promise<Colorizer> {
  const colorizer = await openUnchecked(device, request, note);
  try {
    const canary = await checkCanary(colorizer);
    if (device !== 'cpu') await compareWithCpu(colorizer, request, canary);
    return colorizer;
  } catch (cause) {
    await colorizer.close();
    throw cause;
  }
}

async function compareWithCpu(colorizer: Colorizer, request: ColorizerRequest, canary: ColorizerOutput): Promise<void> {
  const cpu = await openUnchecked('cpu', request, '');
  try {
    checkParity(colorizer, canary, await checkCanary(cpu));
  } finally {
    await cpu.close();
  }
}

async function openUnchecked(device: Device, request: ColorizerRequest, note: string): Promise<Colorizer> {
  const { card, path } = request;
  const session = await openDevice(device, request);
  try {
    checkContract(card, session);
  } catch (cause) {
    await session.close();
    throw cause;
  }
  const [chromaName, confidenceName] = [nameOf(card.outputs, 'chroma'), nameOf(card.outputs, 'confidence')];
  return {
    device,
    note,
    card,
    async run(input) {
      checkInput(card, input);
      const results = await session.run(feedsOf(card, input), [chromaName, confidenceName]).catch(cause => {
        throw new KinemacolorError(
          'model',
          `Model "${card.id}" failed on ${device} with an input of ${input.width}x${input.height}: ${reasonOf(cause)}.`,
          { cause },
        );
      });
      const [chroma, confidence] = results as [TensorData, TensorData];
      checkOutput(card, input, chroma, 2);
      checkOutput(card, input, confidence, 1);
      return { chroma: chroma.data, confidence: confidence.data };
    },
    close: () => session.close(),
  };

  function openDevice(on: Device, { threads }: ColorizerRequest): Promise<OnnxSession> {
    return openSession({ path, provider: PROVIDERS[on], threads: threads ?? availableParallelism() }).catch(cause => {
      if (on === 'cpu')
        throw new KinemacolorError('model', `Model "${card.id}" cannot be opened: ${reasonOf(cause)}.`, { cause });
      throw new KinemacolorError('environment', `Device ${on} cannot be used: ${reasonOf(cause)}; ${REMEDIES[on]}.`, { cause });
    });
  }
}

function nameOf(tensors: ModelCard['inputs'], content: string): string {
  return tensors.find(tensor => tensor.content === content)!.name;
}

function feedsOf(card: ModelCard, { width, height, luma, chroma, mask }: ColorizerInput): TensorData[] {
  const cells = width * height;
  const feed = (content: string, channels: number, data: Float32Array) => ({
    name: nameOf(card.inputs, content),
    dims: [1, channels, height, width],
    data,
  });
  return [
    feed('luma', 1, luma),
    feed('chroma', 2, chroma ?? new Float32Array(2 * cells)),
    feed('mask', 1, mask ?? new Float32Array(cells)),
  ];
}

function checkInput(card: ModelCard, { width, height, luma, chroma, mask }: ColorizerInput): void {
  const fits = (length: number) => Number.isInteger(length) && length > 0 && length % card.multipleOf === 0;
  if (!fits(width) || !fits(height)) {
    throw new KinemacolorError(
      'internal',
      `Model "${card.id}" takes sizes that are multiples of ${card.multipleOf}, received ${width}x${height}.`,
    );
  }
  if ((chroma === undefined) !== (mask === undefined)) {
    throw new KinemacolorError('internal', 'Expected known chroma together with its mask, received only one of them.');
  }
  const cells = width * height;
  for (const [name, array, length] of [
    ['luma', luma, cells],
    ['chroma', chroma, 2 * cells],
    ['mask', mask, cells],
  ] as const) {
    if (array !== undefined && array.length !== length) {
      throw new KinemacolorError(
        'internal',
        `Expected ${length} values of ${name} for ${width}x${height}, received ${array.length}.`,
      );
    }
  }
}

function checkOutput(card: ModelCard, { width, height }: ColorizerInput, tensor: TensorData, channels: number): void {
  const expected = [1, channels, height, width].join('x');
  if (tensor.dims.join('x') !== expected) {
    throw new KinemacolorError(
      'model',
      `Model "${card.id}" gave "${tensor.name}" as ${tensor.dims.join('x')}, expected ${expected}.`,
    );
  }
  if (!tensor.data.every(Number.isFinite)) {
    throw new KinemacolorError('model', `Model "${card.id}" gave numbers in "${tensor.name}" that are not finite.`);
  }
}

/** Longest reason that still reads as part of one sentence, in characters. */
const LONGEST_REASON = 200;

/** What ONNX Runtime said, without its source paths and function names, as the end of a sentence. */
export function reasonOf(cause: unknown): string {
  const text = cause instanceof Error ? cause.message : String(cause);
  const line = text
    .trim()
    .split('\n')[0]!
    .replace(/^\/\S*onnxruntime_src\/.* was false\. /, '')
    .replace(/^no available backend found\. ERR: /, '');
  return line.slice(0, LONGEST_REASON).replace(/[.\s]+$/, '');
}
