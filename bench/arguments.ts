import { KinemacolorError } from '../src/errors.ts';
import { DEVICES, type DeviceChoice } from '../src/options.ts';

/** A wrong use of a benchmark's command line, in one sentence. */
export const wrongUse = (message: string) => new KinemacolorError('usage', message);

/** The whole number of an option, at least `least` (default 1) and a multiple of `multiple`. Throws `usage`. */
export function wholeNumber<Name extends string>(
  given: Readonly<Record<Name, string>>,
  name: Name,
  { multiple = 1, least = 1 } = {},
): number {
  const value = Number(given[name]);
  if (Number.isInteger(value) && value >= least && value % multiple === 0) return value;
  throw wrongUse(`Expected --${name} as a multiple of ${multiple}, ${least} or more, received ${given[name]}.`);
}

/** The device that `--device` names. Throws `usage`. */
export function deviceNamed(name: string): DeviceChoice {
  const device = DEVICES.find(one => one === name);
  if (device) return device;
  throw wrongUse(`Expected --device as one of ${DEVICES.join(', ')}, received ${name}.`);
}

/** Show on a terminal how many pictures are done; a picture may take a second. */
export function showPictures(done: number, total: number): void {
  if (process.stderr.isTTY) process.stderr.write(`\r${done} of ${total} pictures${done === total ? '\n' : ''}`);
}

/** Run a benchmark. A KinemacolorError is printed as its sentence, with exit code 1. */
export async function runBenchmark(main: () => Promise<void>): Promise<void> {
  try {
    await main();
  } catch (cause) {
    if (!(cause instanceof KinemacolorError)) throw cause;
    console.error(cause.message);
    process.exitCode = 1;
  }
}
