import { z } from 'zod';

/**
 * A model card: what a model file is, what it takes and gives, and how it was measured. It lies beside the file as JSON under the same
 * name. Fields that are not known here are kept, so that a card may say more than this version reads.
 *
 * `content` says what a tensor means. Tensors are NCHW, float32 where nothing else is said. This version runs models that take
 *   luma    [N,1,H,W]  full-range luma, 0 (black) .. 1 (white)
 *   chroma  [N,2,H,W]  the chroma that is known already: Cb, Cr, full range, -0.5..0.5; 0 where nothing is known
 *   mask    [N,1,H,W]  1 where chroma is known, 0 where not
 * and give
 *   chroma     [N,2,H,W]  Cb, Cr as above, for the whole picture
 *   confidence [N,1,H,W]  0 (a guess) .. 1 (sure)
 * Models with other contents (Lab `ab`, gray RGB in 0..255, flow) have the same card with other words.
 */
const tensorSchema = z.looseObject({
  name: z.string().min(1),
  content: z.string().min(1),
  /** Sizes by axis: a number where it is fixed, a word (`N`, `H`, `W`) where it is free. */
  shape: z.array(z.union([z.int().min(1), z.string().min(1)])).optional(),
  dtype: z.string().default('float32'),
  /** Smallest and largest value. The trap of published models (0..1 or 0..255): state it. */
  range: z.tuple([z.number(), z.number()]).optional(),
});

/** In cells: the input's shorter side at which the model is at its best; the least and the greatest length of any side. */
const preferredSize = z.object({ shortSide: z.int().min(1), min: z.int().min(1).optional(), max: z.int().min(1).optional() });

export const modelCardSchema = z.looseObject({
  id: z.string().regex(/^[a-z0-9][a-z0-9._-]*$/, 'expected lower-case letters, digits, ".", "_" and "-"'),
  name: z.string().min(1),
  version: z.string().min(1),
  task: z.string().min(1),
  /** Name of the model file, in the card's own folder. */
  file: z.string().regex(/^[^/\\]+$/, 'expected a file name without a folder'),
  bytes: z.int().min(1),
  /** Hex SHA-256 of the file. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/, 'expected 64 lower-case hex digits'),
  licence: z.string().min(1),
  trainedOn: z.unknown().optional(),
  inputs: z.array(tensorSchema).min(1),
  outputs: z.array(tensorSchema).min(1),
  /** The Y'CbCr matrix of the chroma that the model takes and gives. */
  matrix: z.enum(['bt601', 'bt709', 'bt2020']).default('bt709'),
  /** Height and width of the input must be multiples of this. */
  multipleOf: z.int().min(1).default(1),
  preferredSize: z.union([
    preferredSize,
    z
      .int()
      .min(1)
      .transform(shortSide => ({ shortSide, min: undefined, max: undefined })),
  ]),
  measured: z.unknown().optional(),
});

export type ModelCard = z.output<typeof modelCardSchema>;
export type ModelTensor = z.output<typeof tensorSchema>;
