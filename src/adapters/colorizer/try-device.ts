import { fileURLToPath } from 'node:url';
import { KinemacolorError } from '../../errors.ts';
import type { ResolvedModel } from '../models/model-store.ts';
import type { Device } from '../onnx/device.ts';
import { startChild } from '../workers/child-processes.ts';

/** What the child process is given, as JSON in its one argument. */
export interface DeviceTrial extends ResolvedModel {
  readonly device: Device;
}

/** What it returns, as JSON on stdout. */
export type TrialAnswer =
  | { readonly kind: 'works' }
  | { readonly kind: 'refused'; readonly failure: KinemacolorError['kind']; readonly message: string };

/** Milliseconds after which a driver counts as hung. Opening takes less than a second, a few on a cold GPU. */
const TIMEOUT = 60_000;

/**
 * Open a model on a device in a separate process, with all checks, and close it. Drivers print to the terminal, and a broken
 * one can crash its process; here neither reaches the user. Throws as `openColorizer` does.
 */
export async function tryDevice(device: Device, model: ResolvedModel): Promise<void> {
  const trial: DeviceTrial = { device, card: model.card, path: model.path };
  const child = startChild(
    process.execPath,
    [fileURLToPath(new URL('./try-device-child.js', import.meta.url)), JSON.stringify(trial)],
    {
      stdout: 'pipe',
    },
  );
  const state = { late: false };
  const timer = setTimeout(() => {
    state.late = true;
    void child.kill();
  }, TIMEOUT);
  try {
    const chunks: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
    const { code, signal, lastLines } = await child.outcome;
    const text = Buffer.concat(chunks).toString();
    if (code !== 0 || text === '') {
      const why = state.late
        ? `it did not run a small picture within ${TIMEOUT / 1000} seconds; it is probably no real GPU, use another driver`
        : `its driver ended the process (${signal ?? `exit code ${code}`}); update the driver`;
      throw new KinemacolorError('environment', `Device ${device} cannot be used: ${why}, or use --device cpu.`, {
        cause: new Error(lastLines.join('\n')),
      });
    }
    const answer = JSON.parse(text) as TrialAnswer;
    if (answer.kind === 'refused')
      throw new KinemacolorError(answer.failure, answer.message, { cause: new Error(lastLines.join('\n')) });
  } finally {
    clearTimeout(timer);
  }
}
