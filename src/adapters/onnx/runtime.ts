import { isMainThread } from 'node:worker_threads';
import { KinemacolorError } from '../../errors.ts';

/**
 * ONNX Runtime's library for Linux contains Microsoft's telemetry client. Unless this variable disables it, it writes a device
 * id and a database of events, with the names of model files, to the home and temporary folders as soon as it is loaded, and
 * sends them 15 seconds later. The functions that could disable it are not available from Node.
 */
const SWITCH = 'ORT_DISABLE_TELEMETRY';

/**
 * Disable telemetry. Must be called before the library is loaded and before a thread is started that loads it: a thread has a
 * copy of the environment, but the library reads that of the process. Throws `environment` in a thread whose process did not
 * set the variable.
 */
export function withoutTelemetry(): void {
  if (isMainThread) {
    process.env[SWITCH] = '1';
    return;
  }
  if (process.env[SWITCH] === '1') return;
  throw new KinemacolorError(
    'environment',
    `Expected ${SWITCH}=1 in the environment, since a worker thread cannot turn off the telemetry of ONNX Runtime; set it where the process starts, or call Kinemacolor from the main thread.`,
  );
}

/** The only function that loads ONNX Runtime. */
export async function loadOnnxRuntime(): Promise<typeof import('onnxruntime-node')> {
  withoutTelemetry();
  return import('onnxruntime-node');
}
