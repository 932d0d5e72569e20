import { type GuardOptions, guardOutput, type OutputPlace } from '../../adapters/files/output-guard.ts';
import { noteOf } from '../../adapters/pictures/still-file.ts';

/** Check the path of a picture in colour, of one page or several, as `guardOutput` does; Kinemacolor made it if its metadata say so. */
export function guardPicture(path: string, options: GuardOptions): Promise<OutputPlace> {
  const isOurs = async (found: string) => (await noteOf(found)) !== undefined;
  return guardOutput({ path, what: 'output', option: '--output', isOurs }, options);
}
