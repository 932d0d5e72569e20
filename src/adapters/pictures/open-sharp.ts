import { KinemacolorError } from '../../errors.ts';

/**
 * Load sharp on first use: it takes 0.2 s, which a film without pictures need not spend. Throws `environment` where it does not
 * load.
 */
export async function openSharp(): Promise<typeof import('sharp').default> {
  try {
    return (await import('sharp')).default;
  } catch (cause) {
    const why = (cause as Error).message.split('\n')[0];
    throw new KinemacolorError(
      'environment',
      `Expected sharp, which reads and writes pictures, to load on ${process.platform}-${process.arch}, but it does not: ${why}; install the package again, with its optional dependencies.`,
      { cause },
    );
  }
}
