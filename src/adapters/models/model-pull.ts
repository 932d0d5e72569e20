import { dirname, join } from 'node:path';
import { KinemacolorError } from '../../errors.ts';
import { licenceTerms, type ModelCard } from '../../media/models/model-card.ts';
import { guarded } from '../../pending.ts';
import type { OnProgress } from '../../progress.ts';
import { downloadProgress } from '../download/download-progress.ts';
import { type DownloadRequest, downloadInto } from '../download/resumable-download.ts';
import { openWeb } from '../download/web.ts';
import { makeFolder } from '../files/folders.ts';
import { takeLock } from '../files/lock.ts';
import { commitPart } from '../files/save-file.ts';
import { findCard, remedyForMissing } from './model-cards.ts';
import { type ModelFolders, modelFolders, OTHER_FOLDER } from './model-folders.ts';
import { type VerifiedModel, verifyFile } from './model-store.ts';

/** How a model is downloaded. */
export interface PullOptions extends Pick<DownloadRequest, 'signal' | 'retryDelay' | 'maxBytes'> {
  /** Milliseconds without data after which a server is given up. */
  readonly timeout?: number | undefined;
  /** Has the user accepted this model's licence? Required unless it is permissive. */
  readonly licence?: 'accepted' | 'not-accepted';
  /** The folders of models; default: the package's and the user's. */
  readonly folders?: ModelFolders;
  /** Called with the progress of the download. */
  readonly onProgress?: OnProgress | undefined;
}

/** A model whose file exists and was checked, and whether it was downloaded now. */
export type PulledModel = VerifiedModel & { readonly outcome: 'fetched' | 'there-already' };

/**
 * Download a model's file from the addresses on its card into the user's folder. Size and SHA-256 are checked before it gets
 * its name; a valid file is kept. Throws `usage` where a licence must be accepted first or another process downloads the same
 * model, `model` where the card lacks data or no address serves the right file, `output`, `interrupted`.
 */
export function pullModel(id: string, options: PullOptions = {}): Promise<PulledModel> {
  return guarded(fetchModel(id, options));
}

async function fetchModel(id: string, options: PullOptions): Promise<PulledModel> {
  const folders = options.folders ?? modelFolders();
  const listed = await findCard(id, folders);
  const { card } = listed;
  if (listed.file === 'there') {
    const whole = await verifyFile(card, listed.path).catch(cause => {
      if (dirname(listed.path) === folders.package) throw cause; // the package's folder is read-only
      return undefined;
    });
    if (whole) return { ...whole, outcome: 'there-already' };
  }
  const sha256 = checkPullable(card, options.licence ?? 'not-accepted');
  const path = join(folders.user, card.file);
  const part = `${path}.part`;
  await makeFolder(folders.user, { remedy: OTHER_FOLDER });
  // Two processes must not write the same temporary file.
  const lockOptions = { doing: `is fetching model "${id}"`, remedy: 'wait for it', writeRemedy: OTHER_FOLDER };
  const lock = await takeLock(`${part}.lock`, lockOptions);
  try {
    await fetchInto(part, card, sha256, options);
    await commitPart(part, path, OTHER_FOLDER);
  } finally {
    await lock.release();
  }
  return { ...(await verifyFile(card, path)), outcome: 'fetched' };
}

async function fetchInto(part: string, card: ModelCard, sha256: string, options: PullOptions): Promise<void> {
  const { timeout, signal, retryDelay, maxBytes, onProgress } = options;
  const web = await openWeb(timeout);
  try {
    await downloadInto(part, web, {
      urls: card.urls,
      bytes: card.bytes ?? undefined,
      sha256,
      failure: 'model',
      otherFolder: OTHER_FOLDER,
      signal,
      retryDelay,
      maxBytes,
      ...downloadProgress({ model: card.id }, onProgress),
    });
  } finally {
    await web.close();
  }
}

function checkPullable(card: ModelCard, licence: 'accepted' | 'not-accepted'): string {
  if (card.urls.length === 0)
    throw new KinemacolorError(
      'model',
      `The card of model "${card.id}" names no address to fetch it from; ${remedyForMissing(card)}.`,
    );
  if (card.sha256 === null) {
    throw new KinemacolorError(
      'model',
      `Model "${card.id}" is not fetched, as its card names no SHA-256 to tell the right file by; ${remedyForMissing(card)}.`,
    );
  }
  if (licenceTerms(card) === 'to-accept' && licence !== 'accepted') {
    const page = card.page === undefined ? '' : `, see ${card.page}`;
    throw new KinemacolorError(
      'usage',
      `Model "${card.id}" comes under the licence "${card.licence}"${page}, which limits what may be done with it; if you accept it, add --accept-licence.`,
    );
  }
  return card.sha256;
}
