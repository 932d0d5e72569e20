import { z } from 'zod';

/**
 * A model card: what a model file is, where it comes from, what it takes and gives, and how it was measured. It is JSON, named after its
 * id. Fields that are not known here are kept, so that a card may say more than this version reads.
 *
 * `content` says what a tensor means. Tensors are NCHW, float32 or float16 (the file's own type counts). A model is shown the picture as one of
 *   luma             [N,1,H,W]  full-range luma, 0 (black) .. 1 (white)
 *   gray-rgb-from-L  [N,3,H,W]  neutral gray R'G'B' rebuilt from Lab lightness with a = b = 0: three equal planes, 0..1
 *   gray-x3          [N,3,H,W]  the gray picture as R'G'B', three equal planes, 0..255 or 0..1
 *   lab-L            [N,1,H,W]  CIE lightness, 0..100
 * and, where it takes hints, the colour that is known already, 0 where nothing is known, with a mask
 *   chroma           [N,2,H,W]  Cb, Cr of the card's matrix, full range, -0.5..0.5
 *   lab-ab           [N,2,H,W]  a, b in Lab units
 *   mask             [N,1,H,W]  1 where colour is known, 0 where not
 * It gives the colour of the whole picture as one of
 *   chroma           [N,2,H,W]  as above
 *   lab-ab           [N,2,H,W]  as above
 *   rgb              [N,3,H,W]  R'G'B', 0..255 or 0..1; only its chroma is taken
 * and perhaps
 *   confidence       [N,1,H,W]  0 (a guess) .. 1 (sure)
 *   features         [N,C,H/16,W/16]  what each cell shows: a vector of length 1 of at most 32 numbers, compared by dot product
 */
const tensorSchema = z.looseObject({
  /** Absent or null where nobody stated it: then the file has only one tensor on that side. */
  name: z.string().min(1).nullish(),
  content: z.string().min(1),
  /** Sizes by axis: a number where it is fixed, a word (`N`, `H`, `W`) where it is free; absent where only the file knows. */
  shape: z
    .array(z.union([z.int().min(1), z.string().min(1)]))
    .max(8)
    .optional(),
  dtype: z.string().default('float32'),
  /** Smallest and largest value. The trap of published models (0..1 or 0..255): state it. */
  range: z.tuple([z.number(), z.number()]).optional(),
});

/** No model is shown a picture with a longer side, in cells: what it computes would not fit into memory. */
export const LONGEST_SIDE = 4096;
const side = z.int().min(1).max(LONGEST_SIDE);
/** Models halve a picture some times: its sides are multiples of a power of two, of 32 as a rule. */
const LARGEST_STEP = 512;

/**
 * In cells: the input's shorter side at which the model is at its best; the least and the greatest length of any side. `square`: the model
 * was made for square inputs, and a picture of any aspect is squeezed into one.
 */
const preferredSize = z.object({
  shortSide: side,
  min: side.optional(),
  max: side.optional(),
  aspect: z.enum(['kept', 'square']).optional(),
});

export const modelCardSchema = z.looseObject({
  id: z.string().regex(/^[a-z0-9][a-z0-9._-]*$/, 'expected lower-case letters, digits, ".", "_" and "-"'),
  name: z.string().min(1),
  version: z.string().min(1),
  task: z.string().min(1),
  /** Name of the model file. */
  file: z
    .string()
    .regex(/^[^/\\]+\.onnx$/i, 'expected a file name without a folder, ending in .onnx')
    .regex(/^[^.]/, 'expected a file name that does not begin with a dot'),
  /** Where the file can be fetched, the first that answers; empty where it comes with the package or from a person. */
  urls: z.array(z.url({ protocol: /^https?$/, error: 'expected an http or https address' })).default([]),
  /** Where a person finds the file or reads about it. */
  page: z.url({ protocol: /^https?$/, error: 'expected an http or https address' }).optional(),
  /** Size of the file; null where nobody stated it. */
  bytes: z.int().min(1).nullable().default(null),
  /** Hex SHA-256 of the file; null where nobody stated it: then it cannot be fetched, only imported. */
  sha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/, 'expected 64 lower-case hex digits')
    .nullable()
    .default(null),
  licence: z.string().min(1),
  trainedOn: z.unknown().optional(),
  inputs: z.array(tensorSchema).min(1),
  outputs: z.array(tensorSchema).min(1),
  /** The Y'CbCr matrix of the chroma that the model takes and gives. */
  matrix: z.enum(['bt601', 'bt709', 'bt2020']).default('bt709'),
  /** Height and width of the input must be multiples of this. */
  multipleOf: z.int().min(1).max(LARGEST_STEP).default(1),
  preferredSize: z.union([preferredSize, side.transform((shortSide): z.output<typeof preferredSize> => ({ shortSide }))], {
    error: `expected a side of 1 to ${LONGEST_SIDE} cells, or an object of such sides`,
  }),
  /** The only size that the model takes, where it has one; an open model's card has it from the file itself. */
  fixedSize: z.object({ width: side, height: side }).optional(),
  /** ONNX Runtime's names of execution providers that compute this model wrongly. */
  avoidProviders: z.array(z.string().min(1)).default([]),
  measured: z.unknown().optional(),
});

/** What a model's card (JSON) says: its origin and licence, its tensors, and what was measured of it. */
export type ModelCard = z.output<typeof modelCardSchema>;
export type ModelTensor = z.output<typeof tensorSchema>;

/** What a card says that changes the colour which its file gives. */
export function contractOnCard({ inputs, outputs, matrix, multipleOf, preferredSize }: ModelCard) {
  return { inputs, outputs, matrix, multipleOf, preferredSize };
}

/** Licences that ask for nothing but a notice, alone or together. */
const PERMISSIVE = /^(MIT|BSD(-[234]-Clause)?|Apache(-2\.0)?)( AND (MIT|BSD(-[234]-Clause)?|Apache(-2\.0)?))*$/i;

/** Does the licence let anybody use the model for anything, or must a person accept its terms first? */
export function licenceTerms(card: Pick<ModelCard, 'licence'>): 'permissive' | 'to-accept' {
  return PERMISSIVE.test(card.licence.trim()) ? 'permissive' : 'to-accept';
}
