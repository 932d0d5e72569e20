export const SAMPLE_RATE = 44100;

/** A little waltz: notes as semitones above the A of 440 Hz, each one beat long; `-` lasts on. The bass plays on the first of three. */
const MELODY = '3 7 10 15 14 12 10 - 7 8 5 2 3 - -'.split(' ');
const BASS = [-21, -21, -14, -16, -21];

/** The tune as 16-bit mono, as loud as a music box in the next room. */
export function playTune(seconds: number): Int16Array<ArrayBuffer> {
  const samples = new Float64Array(Math.round(seconds * SAMPLE_RATE));
  const beat = seconds / (MELODY.length + 1);
  for (const [i, note] of MELODY.entries()) {
    if (note !== '-') pluck(samples, { at: i * beat, semitones: Number(note), loud: 0.3 });
    if (i % 3 === 0) pluck(samples, { at: i * beat, semitones: BASS[i / 3]!, loud: 0.34 });
    else pluck(samples, { at: i * beat, semitones: BASS[Math.floor(i / 3)]! + (i % 3 === 1 ? 16 : 19), loud: 0.12 });
  }
  return Int16Array.from(samples, value => Math.round(32767 * Math.tanh(value)));
}

/** A plucked string: overtones that die away the faster the higher they are. */
function pluck(samples: Float64Array, { at, semitones, loud }: { at: number; semitones: number; loud: number }): void {
  const frequency = 440 * 2 ** (semitones / 12);
  const start = Math.round(at * SAMPLE_RATE);
  for (let i = start; i < samples.length; i++) {
    const t = (i - start) / SAMPLE_RATE;
    const attack = Math.min(1, t / 0.004);
    let value = 0;
    for (let overtone = 1; overtone <= 5; overtone++) {
      value += (Math.exp(-t * (2.2 + 1.9 * overtone)) * Math.sin(2 * Math.PI * frequency * overtone * t)) / overtone ** 1.4;
    }
    samples[i]! += loud * attack * value;
  }
}
