import assert from 'node:assert/strict';
import { lookUp, parseCube } from '../../../src/kernels/color/color-cube.ts';

const LINES = ['0 0 0', '1 0 0', '0 1 0', '1 1 0', '0 0 1', '1 0 1', '0 1 1', '1 1 1'];
const cube = (...header: string[]) => [...header, ...LINES].join('\n');
const refuses = (text: string, why: RegExp) => assert.throws(() => parseCube(text), { name: 'RangeError', message: why });

function shown(text: string, rgb: readonly [number, number, number]): number[] {
  const out = new Float32Array(3);
  lookUp(parseCube(text), ...rgb, out);
  return Array.from(out, value => Math.round(1000 * value) / 1000);
}

describe('.cube file', () => {
  it('is read with title, comments, blank lines and the line ends of any system', () => {
    const text = `\uFEFFTITLE "Warm 1"\r\n# made by hand\r\n\r\nLUT_3D_SIZE 2\r\nDOMAIN_MIN 0 0 0\r\nDOMAIN_MAX 1.0 1.0 1.0\r\n${LINES.join('\r\n')}\r\n`;
    assert.deepEqual(shown(text, [0.25, 0.5, 1]), [0.25, 0.5, 1]);
  });
  it('a domain other than 0 to 1 is stretched onto the table, and what lies outside counts as its end', () => {
    assert.deepEqual(shown(cube('LUT_3D_SIZE 2', 'DOMAIN_MIN -1 -1 -1', 'DOMAIN_MAX 3 3 3'), [1, 0, 9]), [0.5, 0.25, 1]);
    assert.deepEqual(shown(cube('LUT_3D_SIZE 2', 'LUT_3D_INPUT_RANGE 0.0 2.0'), [1, 0, 0]), [0.5, 0, 0]);
  });
  it('red varies fastest, and grays stay gray between the points', () => {
    const bent = cube('LUT_3D_SIZE 2').replace('1 0 0', '1 0.5 0');
    assert.deepEqual(shown(bent, [1, 0, 0]), [1, 0.5, 0]);
    for (const gray of [0.1, 0.37, 0.9]) assert.deepEqual(shown(cube('LUT_3D_SIZE 2'), [gray, gray, gray]), [gray, gray, gray]);
  });
  it('without a size', () => refuses('TITLE "x"\n', /no LUT_3D_SIZE/));
  it('with numbers before the size', () => refuses('0 0 0\nLUT_3D_SIZE 2', /line 1 .* before LUT_3D_SIZE/));
  it('of a size that no table has', () => {
    for (const size of ['1', '66', '2.5', 'many', '']) refuses(cube(`LUT_3D_SIZE ${size}`), /line 1 .* not of 2 to 65/);
  });
  it('of one dimension', () => refuses('LUT_1D_SIZE 16\n', /1D table.*export a 3D one/));
  it('with too few lines', () => refuses(cube('LUT_3D_SIZE 3'), /8 lines of numbers.*asks for 27/));
  it('with too many lines', () => refuses(`${cube('LUT_3D_SIZE 2')}\n0 0 0`, /more lines of numbers than the 8/));
  it('with what is no number', () => {
    for (const bad of ['nan 0 0', '0 inf 0', '0 0', '0 0 0 0', '0,5 0 0', '0 0 1e9'])
      refuses(cube('LUT_3D_SIZE 2').replace('1 0 1', bad), /line 7 .* not three numbers/);
  });
  it('with a domain that ends where it begins', () => {
    refuses(cube('LUT_3D_SIZE 2', 'DOMAIN_MIN 0 1 0'), /its domain ends \(1 1 1\).*\(0 1 0\)/);
    refuses(cube('LUT_3D_SIZE 2', 'DOMAIN_MAX 1 nan 1'), /line 2 .* not three numbers/);
  });
  it('with a word that we do not know', () => refuses(cube('LUT_3D_SIZE 2', 'GAMMA 2.2'), /line 2 .*unknown word "GAMMA"/));
});
