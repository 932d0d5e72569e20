import { z } from 'zod';

/**
 * A model card: what a model file is, where it comes from, its inputs and outputs, and its measured quality. JSON, named after
 * its id. Unknown fields are kept, so that a card may hold more than this version reads.
 *
 * `content` is the meaning of a tensor. Tensors are NCHW, float32 or float16 (the file's own type counts). Inputs, one of
 *   luma             [N,1,H,W]  full-range luma, 0 (black) .. 1 (white)
 *   gray-rgb-from-L  [N,3,H,W]  neutral gray R'G'B' rebuilt from Lab lightness with a = b = 0: three equal planes, 0..1
 *   gray-x3          [N,3,H,W]  the gray picture as R'G'B', three equal planes, 0..255 or 0..1
 *   lab-L            [N,1,H,W]  CIE lightness, 0..100
 * and, for models that take hints, known colour (0 where unknown) with a mask
 *   chroma           [N,2,H,W]  Cb, Cr of the card's matrix, full range, -0.5..0.5
 *   lab-ab           [N,2,H,W]  a, b in Lab units
 *   mask             [N,1,H,W]  1 where colour is known, else 0
 * Outputs, one of
 *   chroma           [N,2,H,W]  as above
 *   lab-ab           [N,2,H,W]  as above
 *   rgb              [N,3,H,W]  R'G'B', 0..255 or 0..1; only its chroma is used
 * and optionally
 *   confidence       [N,1,H,W]  0 (a guess) .. 1 (certain)
 *   features         [N,C,H/16,W/16]  image features: unit vectors of at most 32 numbers, compared by dot product
 */
const tensorSchema = z.looseObject({
  /** May be absent or null; the file must then have only one tensor on that side. */
  name: z.string().min(1).nullish(),
  content: z.string().min(1),
  /** Size per axis: a number if fixed, a name (`N`, `H`, `W`) if free; absent if only the file states it. */
  shape: z
    .array(z.union([z.int().min(1), z.string().min(1)]))
    .max(8)
    .optional(),
  dtype: z.string().default('float32'),
  /** Smallest and largest value. Published models differ (0..1 or 0..255), so state it. */
  range: z.tuple([z.number(), z.number()]).optional(),
});

/** Maximum length of a model input's sides, in cells; larger ones would exceed memory. */
export const LONGEST_SIDE = 4096;
const side = z.int().min(1).max(LONGEST_SIDE);
/** Upper bound of `multipleOf`. Models downsample by powers of two, usually by 32. */
const LARGEST_STEP = 512;

/**
 * In cells: the shorter side at which the model works best; minimum and maximum of either side. `square`: the model expects
 * square inputs, so pictures are squeezed into one.
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
  /** Download addresses, tried in order; empty if the file is bundled or supplied by the user. */
  urls: z.array(z.url({ protocol: /^https?$/, error: 'expected an http or https address' })).default([]),
  /** Web page where the file can be found or is described. */
  page: z.url({ protocol: /^https?$/, error: 'expected an http or https address' }).optional(),
  /** Size of the file in bytes; null if not stated. */
  bytes: z.int().min(1).nullable().default(null),
  /** Hex SHA-256 of the file; null if not stated: it can then only be imported, not downloaded. */
  sha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/, 'expected 64 lower-case hex digits')
    .nullable()
    .default(null),
  licence: z.string().min(1),
  trainedOn: z.unknown().optional(),
  inputs: z.array(tensorSchema).min(1),
  outputs: z.array(tensorSchema).min(1),
  /** The Y'CbCr matrix of the model's input and output chroma. */
  matrix: z.enum(['bt601', 'bt709', 'bt2020']).default('bt709'),
  /** Height and width of the input must be multiples of this. */
  multipleOf: z.int().min(1).max(LARGEST_STEP).default(1),
  preferredSize: z.union([preferredSize, side.transform((shortSide): z.output<typeof preferredSize> => ({ shortSide }))], {
    error: `expected a side of 1 to ${LONGEST_SIDE} cells, or an object of such sides`,
  }),
  /** The only supported input size, if there is one. For an opened model it comes from the file. */
  fixedSize: z.object({ width: side, height: side }).optional(),
  /** ONNX Runtime execution providers that compute this model incorrectly. */
  avoidProviders: z.array(z.string().min(1)).default([]),
  measured: z.unknown().optional(),
});

/** A model's card (JSON): origin and licence, tensors, measured quality. */
export type ModelCard = z.output<typeof modelCardSchema>;
export type ModelTensor = z.output<typeof tensorSchema>;

/** The fields of a card that affect the colour its file produces. */
export function contractOnCard({ inputs, outputs, matrix, multipleOf, preferredSize }: ModelCard) {
  return { inputs, outputs, matrix, multipleOf, preferredSize };
}

/** Licences that require only a notice, alone or combined. */
const PERMISSIVE = /^(MIT|BSD(-[234]-Clause)?|Apache(-2\.0)?)( AND (MIT|BSD(-[234]-Clause)?|Apache(-2\.0)?))*$/i;

/** Whether the licence allows any use, or the user must accept its terms first. */
export function licenceTerms(card: Pick<ModelCard, 'licence'>): 'permissive' | 'to-accept' {
  return PERMISSIVE.test(card.licence.trim()) ? 'permissive' : 'to-accept';
}

/** Whether a model describes what each place shows: its answer has an output of features. */
export function givesFeatures({ outputs }: Pick<ModelCard, 'outputs'>): boolean {
  return outputs.some(({ content }) => content === 'features');
}
