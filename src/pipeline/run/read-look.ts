import { createHash } from 'node:crypto';
import { resolve } from 'node:path';
import { readText, whyAbsent } from '../../adapters/files/read-input.ts';
import { KinemacolorError } from '../../errors.ts';
import { type ColorCube, parseCube } from '../../kernels/color/color-cube.ts';
import type { AppliedGrade } from '../../kernels/color/grade-chroma.ts';
import { namedLook } from '../../kernels/color/named-looks.ts';
import type { Grade, GradeLook } from '../../media/plan/grade.ts';
import { LOOKS, type Settings } from '../../options.ts';

/**
 * The grade that settings ask for; undefined where they ask for none. Throws `usage` for a .cube file that cannot be read or is not
 * valid.
 */
export async function gradeOfSettings({ saturation, warmth, darkGuard, look }: Settings): Promise<Grade | undefined> {
  const grade = {
    ...(saturation !== undefined && { saturation }),
    ...(warmth !== undefined && { warmth }),
    ...(darkGuard !== undefined && { darkGuard }),
    ...(look !== undefined && look !== 'none' && { look: await plannedLook(look) }),
  };
  return Object.keys(grade).length > 0 ? grade : undefined;
}

async function plannedLook(look: string): Promise<GradeLook> {
  const name = LOOKS.find(one => one === look);
  if (name) return name;
  const path = resolve(look);
  return { path, sha256: (await readCube(path)).sha256 };
}

/** A grade with the table of its look. Throws `usage` where the file of the look is missing or has changed. */
export async function appliedGrade(grade: Grade | undefined): Promise<AppliedGrade | undefined> {
  return grade && { grade, cube: await cubeOf(grade.look) };
}

async function cubeOf(look: Grade['look']): Promise<ColorCube | undefined> {
  if (look === undefined || look === null) return undefined;
  if (typeof look === 'string') return namedLook(look);
  const { cube, sha256 } = await readCube(look.path);
  if (sha256 === look.sha256) return cube;
  throw new KinemacolorError('usage', `The look ${look.path} has changed since the plan was made; make the plan again.`);
}

async function readCube(path: string): Promise<{ cube: ColorCube; sha256: string }> {
  const refused = (why: string, cause: unknown) =>
    new KinemacolorError('usage', `Expected a 3D table as look in ${path}, but ${why}; export it anew, as .cube.`, { cause });
  const text = await readText(path).catch(cause => {
    throw refused(whyAbsent(path, cause), cause);
  });
  try {
    return { cube: parseCube(text), sha256: createHash('sha256').update(text).digest('hex') };
  } catch (cause) {
    if (cause instanceof RangeError) throw refused(cause.message, cause);
    throw cause;
  }
}
