import { isMainThread } from 'node:worker_threads';
import { KinemacolorError } from '../../errors.ts';

/**
 * ONNX Runtime's library for Linux holds Microsoft's telemetry client. Unless this variable says no, it writes a device's number and
 * a base of events, with the names of model files, into the home and the temporary folder as soon as it is loaded, and sends them a quarter of
 * a minute later. Its own functions, which could turn that off, cannot be reached from Node.
 */
const SWITCH = 'ORT_DISABLE_TELEMETRY';

/**
 * See to it that nothing is told to anybody. To be called before the library is loaded, and before a thread is started that loads it: a
 * thread has a copy of the environment, and the library reads the process's own. Throws `environment` in a thread whose process
 * has not set it.
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

/** The one place that loads ONNX Runtime. */
export async function loadOnnxRuntime(): Promise<typeof import('onnxruntime-node')> {
  withoutTelemetry();
  return import('onnxruntime-node');
}
