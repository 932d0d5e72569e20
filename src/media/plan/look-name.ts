import type { GradeLook } from './grade.ts';

/** A look by its name, or that of its file. */
export function lookName(look: GradeLook | null | undefined): string {
  if (look === undefined || look === null) return 'none';
  return typeof look === 'string' ? look : look.path.replace(/^.*[\\/]/, '');
}
