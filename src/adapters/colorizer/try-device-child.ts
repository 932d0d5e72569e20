import { writeSync } from 'node:fs';
import { KinemacolorError } from '../../errors.ts';
import { openOn } from './onnx-colorizer.ts';
import type { DeviceTrial, TrialAnswer } from './try-device.ts';

/**
 * The child process of one device test (started by try-device.ts). Its result is one line of JSON on stdout; drivers print to
 * stderr.
 */
async function answer({ device, card, path }: DeviceTrial): Promise<TrialAnswer> {
  try {
    const colorizer = await openOn(device, { device, card, path, threads: 1 }, '');
    await colorizer.close();
    return { kind: 'works' };
  } catch (cause) {
    if (!(cause instanceof KinemacolorError)) throw cause;
    return { kind: 'refused', failure: cause.kind, message: cause.message };
  }
}

const STDOUT = 1; // a pipe to try-device.ts, not a terminal
writeSync(STDOUT, JSON.stringify(await answer(JSON.parse(process.argv[2]!) as DeviceTrial)));
