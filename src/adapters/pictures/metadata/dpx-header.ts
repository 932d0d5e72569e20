import { KinemacolorError } from '../../../errors.ts';

/** Fields of text in the header of a DPX file (SMPTE ST 268), filled up with zeros: where they begin, how long they are. */
const CREATOR = { at: 160, length: 100 } as const;
const PROJECT = { at: 260, length: 200 } as const;
const MAGIC = ['SDPX', 'XPDS'];

/** A DPX file that names its creator and, as its project, what there is to say of it. Text that is too long is cut. */
export function dpxWith(dpx: Buffer, { creator, project }: { readonly creator: string; readonly project: string }): Buffer {
  if (dpx.length < PROJECT.at + PROJECT.length || !MAGIC.includes(dpx.toString('latin1', 0, 4)))
    throw new KinemacolorError('internal', 'Expected a DPX file, but its header is another.');
  const copy = Buffer.from(dpx);
  for (const [{ at, length }, text] of [
    [CREATOR, creator],
    [PROJECT, project],
  ] as const) {
    copy.fill(0, at, at + length);
    copy.write(text, at, length - 1, 'latin1');
  }
  return copy;
}
