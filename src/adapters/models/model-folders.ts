import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import envPaths from 'env-paths';

/** The folders of model cards and files. Absolute paths. */
export interface ModelFolders {
  /** Part of the package, read-only: every card of this version, and the default model. */
  readonly package: string;
  /** The user's: pulled or imported files, and cards of models that the package does not know. */
  readonly user: string;
}

/** What to do where the folder cannot be written, as the end of a sentence. */
export const OTHER_FOLDER = 'name another folder for models in KINEMACOLOR_MODELS';

/**
 * The package's `models` folder (beside the nearest package.json above this file), and KINEMACOLOR_MODELS or the platform's
 * data folder.
 */
export function modelFolders(): ModelFolders {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'package.json')) && dirname(folder) !== folder) folder = dirname(folder);
  const chosen = process.env.KINEMACOLOR_MODELS;
  const user = chosen ? resolve(chosen) : join(envPaths('kinemacolor', { suffix: '' }).data, 'models');
  return { package: join(folder, 'models'), user };
}
