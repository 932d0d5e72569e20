import { availableParallelism } from 'node:os';
import { KinemacolorError } from '../errors.ts';
import type { ModelCard } from '../media/model-card.ts';
import type { DeviceChoice } from '../options.ts';
import type { Colorizer, ColorizerInput, ColorizerOutput } from './colorizer.ts';
import { checkCanary, checkParity } from './colorizer-canary.ts';
import { checkContract } from './colorizer-contract.ts';
import { automaticDevices, type Device, PROVIDERS, reasonOf, remedyFor } from './device.ts';
import { type OnnxSession, openSession, type TensorData } from './onnx-session.ts';
import { tryDevice } from './try-device.ts';

export type { Colorizer, ColorizerInput, ColorizerOutput } from './colorizer.ts';

export interface ColorizerRequest {
  readonly card: ModelCard;
  /** Path of the model file, checked against the card before (see model-store). */
  readonly path: string;
  readonly device: DeviceChoice;
  /** CPU threads of the session; default: all that this process may use. */
  readonly threads?: number | undefined;
}

/**
 * Open a colour model. A device is opened, checked against the card, tried on a gray ramp and compared with the CPU before it is
 * used. Throws `environment` where the device is not there or computes something else than the CPU, `model` where the model does
 * not do what its card says. `auto` takes the first device that passes and says in `note` why the ones before it did not.
 */
export async function openColorizer(request: ColorizerRequest): Promise<Colorizer> {
  if (request.device !== 'auto') {
    // The WebGPU library writes to the terminal about every driver it passes over: where none serves, only our sentence is shown.
    if (request.device === 'webgpu') await tryDevice('webgpu', request);
    return openOn(request.device, request, `${request.device}, as asked`);
  }
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

/** Open a model on exactly this device, with all checks. Drivers may write to the terminal (see try-device). */
export async function openOn(device: Device, request: ColorizerRequest, note: string): Promise<Colorizer> {
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
      throw new KinemacolorError('environment', `Device ${on} cannot be used: ${reasonOf(cause)}; ${remedyFor(on)}.`, { cause });
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
