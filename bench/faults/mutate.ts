import type { Random } from './random.ts';

/** A file that something happened to, and what. */
export interface Mutant {
  readonly bytes: Buffer;
  readonly what: string;
}

/** Longest stretch of a file that one damage touches. */
const LONGEST = 4096;

/** Damage that disks, networks and broken programs do, in one of seven ways. */
export function mutateBytes(original: Buffer, random: Random): Mutant {
  const bytes = Buffer.from(original);
  const at = random.below(bytes.length);
  const length = 1 + random.below(Math.min(LONGEST, bytes.length - at));
  const rest = bytes.subarray(at + length);
  const junk = () => Buffer.from(Array.from({ length }, () => random.below(256)));
  switch (random.below(7)) {
    case 0: {
      const flips = 1 + random.below(40);
      for (let i = 0; i < flips; i++) bytes[random.below(bytes.length)]! ^= 1 << random.below(8);
      return { bytes, what: `${flips} bits flipped` };
    }
    case 1:
      bytes.fill(random.pick([0, 0x55, 0xff]), at, at + length);
      return { bytes, what: `${length} bytes from ${at} overwritten with one value` };
    case 2:
      junk().copy(bytes, at);
      return { bytes, what: `${length} bytes from ${at} overwritten with junk` };
    case 3:
      return { bytes: bytes.subarray(0, at), what: `cut at byte ${at} of ${bytes.length}` };
    case 4:
      return { bytes: Buffer.concat([bytes.subarray(0, at), rest]), what: `${length} bytes from ${at} missing` };
    case 5:
      return {
        bytes: Buffer.concat([bytes.subarray(0, at + length), bytes.subarray(at)]),
        what: `${length} bytes from ${at} twice`,
      };
    default:
      return {
        bytes: Buffer.concat([bytes.subarray(0, at), junk(), bytes.subarray(at)]),
        what: `${length} bytes of junk at ${at}`,
      };
  }
}

/** JSON that a person, a program or a disk has spoilt: a value of another kind or size, a field or an item less or twice, or broken text. */
export function mutateJson(text: string, random: Random): { text: string; what: string } {
  if (random.below(5) === 0) {
    const { bytes, what } = mutateBytes(Buffer.from(text), random);
    return { text: bytes.toString('latin1'), what };
  }
  const root = { value: JSON.parse(text) as unknown };
  const places = placesOf(root, '');
  const { holder, key, path } = random.pick(places);
  const old = holder[key];
  if (Array.isArray(holder) && random.below(2) === 0) {
    const twice = random.below(2) === 0;
    if (twice) holder.splice(Number(key), 0, structuredClone(old));
    else holder.splice(Number(key), 1);
    return { text: JSON.stringify(root.value), what: `${path} ${twice ? 'twice' : 'missing'}` };
  }
  if (!Array.isArray(holder) && key !== 'value' && random.below(5) === 0) {
    delete holder[key];
    return { text: JSON.stringify(root.value), what: `${path} missing` };
  }
  const put = random.pick(VALUES);
  holder[key] = put;
  const shown = JSON.stringify(put);
  return { text: JSON.stringify(root.value) ?? '', what: `${path} = ${shown.length > 40 ? `${shown.slice(0, 40)}...` : shown}` };
}

const DEEP = JSON.parse(`${'['.repeat(500)}${']'.repeat(500)}`) as unknown;
const VALUES: readonly unknown[] = [
  ...[null, true, -1, 0, 1, 0.5, 4096, 1e9, 2 ** 31, Number.MAX_SAFE_INTEGER, 2 ** 53, 1e308, -1e308],
  ...['', 'x', 'x'.repeat(100_000), '../../etc/passwd', '/dev/zero', '\0', '__proto__', 'ünïcode\n'],
  ...[[], {}, [[]], [null], { kind: 'model' }, DEEP],
];

type Holder = Record<string, unknown>;

function placesOf(holder: unknown, path: string): { holder: Holder; key: string; path: string }[] {
  if (holder === null || typeof holder !== 'object') return [];
  return Object.entries(holder).flatMap(([key, value]) => {
    const here = path === '' ? (key === 'value' ? '$' : key) : `${path}.${key}`;
    return [{ holder: holder as Holder, key, path: here }, ...placesOf(value, here)];
  });
}
