import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  makePhantom,
  PHANTOM_WINDOW,
  paintSlices,
  readColorFilm,
  readColorStack,
  tissueShares,
  withOutlines,
  writeStack,
} from '../../harness/phantom.ts';
import { CLI_MAIN } from '../../harness/run-cli.ts';
import type { Plan } from '../../src/media/plan/plan.ts';

/** One line: the share of each tissue. */
function print(what: string, shares: readonly number[]): void {
  const [air, ...tissues] = shares.map(share => `${(100 * share).toFixed(2)} %`);
  console.log(`${what}: tissues ${tissues.join(', ')} (air ${air})`);
}

/**
 * Colour carried through a stack of slices: node dist/bench/propagation/stacks.js. A phantom of 60 slices with three tissues (see harness/phantom.ts)
 * is painted, then outlined, on every tenth slice, coloured by the command line, and each pixel is asked whether it carries the colour of its tissue.
 * Prints the share of each tissue for several sizes and strengths of noise.
 */
const CASES = [
  { width: 160, height: 128, noise: 70 },
  { width: 320, height: 256, noise: 70 },
  { width: 320, height: 256, noise: 140 },
  { width: 320, height: 256, noise: 210 },
] as const;

for (const { noise, ...size } of CASES) {
  const folder = mkdtempSync(join(tmpdir(), 'stacks-'));
  try {
    const phantom = makePhantom({ ...size, noise });
    const [stack, keys, result] = ['stack.tif', 'keys', 'colour.tif'].map(name => join(folder, name)) as [string, string, string];
    await writeStack(phantom, stack);
    await paintSlices(phantom, keys);
    const args = ['--window', PHANTOM_WINDOW.option, '--keyframes', keys, '--keyframes-only', '--quiet'];
    execFileSync(process.execPath, [CLI_MAIN, 'colorize', stack, '-o', result, ...args]);
    print(`${size.width}x${size.height}, noise ${noise}`, tissueShares(phantom, await readColorStack(result)));
    const [plan, film] = [join(folder, 'plan.json'), join(folder, 'colour.mkv')];
    const program = (...given: string[]) => execFileSync(process.execPath, [CLI_MAIN, ...given, '--quiet']);
    program('plan', stack, '-o', plan, '--window', PHANTOM_WINDOW.option, '--codec', 'ffv1');
    writeFileSync(plan, JSON.stringify(withOutlines(JSON.parse(readFileSync(plan, 'utf8')) as Plan, phantom)));
    program('render', plan, '-o', film);
    print('  outlined as regions', tissueShares(phantom, await readColorFilm(film, phantom)));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
