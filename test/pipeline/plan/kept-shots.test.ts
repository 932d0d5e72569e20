import assert from 'node:assert/strict';
import type { Shot, ShotKind } from '../../../src/media/plan/shot.ts';
import { keptShots } from '../../../src/pipeline/plan/kept-shots.ts';

/** Shots of ten frames each; a capital letter is in colour: s(teady), d(issolve), f(ade). */
function kept(film: string, keepColor: 'auto' | 'always' | 'never'): string {
  const kinds: Readonly<Record<string, ShotKind>> = { s: 'steady', d: 'dissolve', f: 'fade' };
  const shots = [...film].map((letter, i): Shot => ({ start: 10 * i, end: 10 * i + 10, kind: kinds[letter.toLowerCase()]! }));
  const coloredIn = ({ start }: { readonly start: number }) => film[start / 10] !== film[start / 10]!.toLowerCase();
  const detector = { coloredIn };
  return keptShots(shots, detector, { keepColor })
    .map(one => (one ? 'k' : '.'))
    .join('');
}

describe('shots in colour already', () => {
  it('auto: those of a film that has gray shots, too', () => {
    assert.equal(kept('Sss', 'auto'), 'k..');
    assert.equal(kept('SSS', 'auto'), '...');
    assert.equal(kept('sss', 'auto'), '...');
  });
  it('always and never are what they say', () => {
    assert.equal(kept('SsS', 'always'), 'k.k');
    assert.equal(kept('SSS', 'always'), 'kkk');
    assert.equal(kept('SsS', 'never'), '...');
  });
  it('a transition goes with the shots beside it: kept between two in colour, coloured toward a gray one', () => {
    assert.equal(kept('SdSDs', 'auto'), 'kkk..');
    assert.equal(kept('fSf', 'always'), 'kkk');
  });
});
