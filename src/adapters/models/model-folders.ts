import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import envPaths from 'env-paths';

/** Where cards and model files lie. Absolute paths. */
export interface ModelFolders {
  /** Comes with the package and is only read: every card this version knows, and the default model. */
  readonly package: string;
  /** A person's own: files that were pulled or imported, and cards of models that the package does not know. */
  readonly user: string;
}

/** Where else models can go, for a sentence on why a folder cannot be written. */
export const OTHER_FOLDER = 'name another folder for models in KINEMACOLOR_MODELS';

/** The package's `models` (beside the nearest package.json above this file), and KINEMACOLOR_MODELS or the platform's data folder. */
export function modelFolders(): ModelFolders {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'package.json')) && dirname(folder) !== folder) folder = dirname(folder);
  const chosen = process.env.KINEMACOLOR_MODELS;
  const user = chosen ? resolve(chosen) : join(envPaths('kinemacolor', { suffix: '' }).data, 'models');
  return { package: join(folder, 'models'), user };
}
