import { stat } from 'node:fs/promises';
import { openSession } from '../../src/adapters/onnx/session.ts';
import { KinemacolorError } from '../../src/errors.ts';
import type { RgbPlanes } from '../../src/kernels/color/rgb-planes.ts';

/** What the judge sees in a picture: features that pictures are compared by, and the class of ImageNet (0..999) it takes it for. */
export interface Verdict {
  readonly features: Float32Array;
  readonly top: number;
}

export interface Judge {
  /** Sides are multiples of 32. */
  look(picture: RgbPlanes): Promise<Verdict>;
  close(): Promise<void>;
}

/** Open the network that models/training/judge.py writes. Throws `usage` where it is not there. */
export async function openJudge(path: string | undefined, threads: number): Promise<Judge> {
  const found = path !== undefined && (await stat(path).catch(() => undefined));
  if (!path || !found) {
    throw new KinemacolorError(
      'usage',
      `Expected the judge's network with --judge FILE, ${path ? `but there is no file ${path}` : 'received none'}; make it by: python -m models.training.judge --out judge.onnx (needs models/training/requirements.txt).`,
    );
  }
  const session = await openSession({ path, provider: 'cpu', threads });
  return {
    async look({ width, height, r, g, b }) {
      const rgb = new Float32Array(3 * width * height);
      for (const [channel, plane] of [r, g, b].entries()) rgb.set(plane, channel * width * height);
      const [logits, features] = await session.run(
        [{ name: 'rgb', dims: [1, 3, height, width], data: rgb }],
        ['logits', 'features'],
      );
      const answers = logits!.data;
      return { features: features!.data, top: answers.indexOf(answers.reduce((a, b) => Math.max(a, b))) };
    },
    close: () => session.close(),
  };
}
