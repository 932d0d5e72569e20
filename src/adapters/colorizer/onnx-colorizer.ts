import { availableParallelism } from 'node:os';
import { KinemacolorError } from '../../errors.ts';
import type { ColorizerOutput } from '../../media/models/colorizer-planes.ts';
import type { ModelCard } from '../../media/models/model-card.ts';
import type { DeviceChoice } from '../../options.ts';
import { automaticDevices, type Device, PROVIDERS, remedyFor, runtimeReason } from '../onnx/device.ts';
import { openSession } from '../onnx/session.ts';
import type { Colorizer } from './colorizer.ts';
import { checkCanary, checkParity } from './colorizer-canary.ts';
import { bindModel, type OpenModel } from './open-model.ts';
import { tryDevice } from './try-device.ts';

export interface ColorizerRequest {
  readonly card: ModelCard;
  /** Path of the model file, which was checked against the card (see model-store). */
  readonly path: string;
  readonly device: DeviceChoice;
  /** CPU threads of the session; default: all that this process may use. */
  readonly threads?: number | undefined;
}

/**
 * Open a colour model. Before it is used, the model is checked against its card, run on a gray ramp and compared with the CPU.
 * Throws `environment` where the device is missing or differs from the CPU, `model` where the model contradicts its card.
 * `auto` takes the first device that passes; `note` says why those before it did not.
 */
export async function openColorizer(request: ColorizerRequest): Promise<Colorizer> {
  if (request.device !== 'auto') {
    // The WebGPU library prints a line about every driver that it skips. If none works, only this program's message is shown.
    if (request.device === 'webgpu') await tryDevice('webgpu', request);
    return openOn(request.device, request, 'requested');
  }
  const passed: string[] = [];
  for (const device of automaticDevices(process.platform)) {
    if (device === 'cpu') break;
    try {
      return await openOn(device, request, automatic(passed));
    } catch (cause) {
      if (!(cause instanceof KinemacolorError)) throw cause;
      passed.push(`${device} (${runtimeReason(cause.cause ?? cause)})`);
    }
  }
  return openOn('cpu', request, automatic(passed));
}

/** The note on a device that was not requested by name. `passed`: those that were tried before it, and why each is not used. */
function automatic(passed: readonly string[]): string {
  return passed.length === 0 ? 'chosen automatically' : `chosen automatically, without ${passed.join(' and ')}`;
}

/** Open a model on exactly this device, with all checks. Drivers may print to the terminal (see try-device). */
export async function openOn(device: Device, request: ColorizerRequest, note: string): Promise<Colorizer> {
  checkAvoided(request.card, device);
  const model = await openUnchecked(device, request);
  try {
    const canary = await checkCanary(model);
    if (device !== 'cpu') await compareWithCpu(model, request, canary);
  } catch (cause) {
    await model.close();
    throw cause;
  }
  return {
    device,
    note,
    card: model.card,
    takesHints: model.contract.takesHints,
    run: async input => model.read(await model.ask(input), input),
    close: () => model.close(),
  };
}

async function compareWithCpu(model: OpenModel, request: ColorizerRequest, canary: ColorizerOutput): Promise<void> {
  const cpu = await openUnchecked('cpu', request);
  try {
    checkParity(model, canary, await checkCanary(cpu));
  } finally {
    await cpu.close();
  }
}

/** Open a model on exactly this device and match it with its card; nothing else is checked. */
async function openUnchecked(device: Device, { card, path, threads }: ColorizerRequest): Promise<OpenModel> {
  const session = await openSession({ path, provider: PROVIDERS[device], threads: threads ?? availableParallelism() }).catch(
    cause => {
      if (cause instanceof KinemacolorError) throw cause;
      if (device === 'cpu')
        throw new KinemacolorError('model', `Model "${card.id}" cannot be opened: ${runtimeReason(cause)}.`, { cause });
      throw new KinemacolorError(
        'environment',
        `Device ${device} cannot be used: ${runtimeReason(cause)}; ${remedyFor(device)}.`,
        {
          cause,
        },
      );
    },
  );
  try {
    return bindModel(card, session, device);
  } catch (cause) {
    await session.close();
    throw cause;
  }
}

function checkAvoided({ id, avoidProviders }: ModelCard, device: Device): void {
  if (!avoidProviders.includes(PROVIDERS[device])) return;
  const why = `its card says that ${device} computes model "${id}" wrongly`;
  throw new KinemacolorError('environment', `Device ${device} cannot be used: ${why}; use --device cpu.`, {
    cause: new Error(why),
  });
}
