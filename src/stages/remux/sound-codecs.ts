import type { Container } from '../encode/codec-cards.ts';

/** A codec to convert sound to. `exact`: every decoded sample is preserved. */
export interface SoundCodec {
  /** ffmpeg's name of the encoder. */
  readonly codec: string;
  readonly exact: boolean;
  /** Samples per second, where the container holds one rate only. */
  readonly rate?: number | undefined;
}

interface Sound {
  readonly codec_name?: string;
  readonly sample_fmt?: string;
  readonly bits_per_raw_sample?: string;
  readonly sample_rate?: string;
}

/** The only rate of sound in MXF, as ffmpeg writes it. */
export const MXF_RATE = 48_000;

/**
 * Codecs to try for sound that a container cannot hold as it is, best first: PCM of the same depth for PCM (as on DVD and
 * Blu-ray), else a lossless codec that the container's players support. AAC last, which is lossy. A trial decides what ffmpeg and
 * the container really accept. MXF holds PCM alone.
 */
export function soundCodecs(sound: Sound, container: Container): SoundCodec[] {
  if (container === 'mxf') {
    const codec = depthOf(sound) > 16 ? 'pcm_s24le' : 'pcm_s16le';
    const exact = depthOf(sound) <= DEEPEST_LOSSLESS && Number(sound.sample_rate) === MXF_RATE;
    return [{ codec, exact, rate: MXF_RATE }];
  }
  const plain = sound.codec_name?.startsWith('pcm_') ? [plainCodec(sound)] : [];
  const lossless = container === 'mkv' ? ['flac'] : container === 'mov' ? ['alac'] : ['flac', 'alac'];
  const whole = depthOf(sound) <= DEEPEST_LOSSLESS;
  return [
    ...plain.map(codec => ({ codec, exact: true })),
    ...lossless.map(codec => ({ codec, exact: whole })),
    { codec: 'aac', exact: false },
  ];
}

/** Maximum bits per sample in FLAC and ALAC with ffmpeg. */
const DEEPEST_LOSSLESS = 24;

/** Bits per decoded sample. Floating point counts as more than any lossless codec holds. */
function depthOf({ sample_fmt: format = 's16', bits_per_raw_sample: bits }: Sound): number {
  if (/^(flt|dbl)/.test(format)) return Number.POSITIVE_INFINITY;
  if (/^(u8|s16)/.test(format)) return 16;
  return Number(bits) > 0 ? Number(bits) : 32;
}

/** The little-endian PCM codec that holds every bit of the decoded samples. */
function plainCodec(sound: Sound): string {
  const packed = (sound.sample_fmt ?? 's16').replace(/p$/, '');
  if (packed !== 's32')
    return ({ flt: 'pcm_f32le', dbl: 'pcm_f64le', u8: 'pcm_u8' } as Record<string, string>)[packed] ?? 'pcm_s16le';
  return depthOf(sound) <= 24 ? 'pcm_s24le' : 'pcm_s32le';
}
