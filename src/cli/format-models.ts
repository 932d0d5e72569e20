import type { ListedModel } from '../adapters/models/model-cards.ts';
import { remedyForMissing } from '../adapters/models/model-cards.ts';
import type { VerifiedModel } from '../adapters/models/model-store.ts';
import { licenceTerms, type ModelCard, type ModelTensor } from '../media/models/model-card.ts';

const megabytes = (bytes: number | null) => (bytes === null ? 'size unknown' : `${(bytes / 1e6).toFixed(1)} MB`);

/** One line for each model. */
export function formatModelList(models: readonly ListedModel[]): string {
  const rows = models.map(({ card, file }) => [card.id, stateOf(card, file), megabytes(card.bytes), card.licence, card.name]);
  const widths = [0, 1, 2, 3].map(column => Math.max(...rows.map(row => row[column]!.length)));
  return rows
    .map(row =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

function stateOf(card: ModelCard, file: ListedModel['file']): string {
  if (file === 'there') return 'here';
  return card.urls.length > 0 && card.sha256 !== null ? 'to pull' : 'to import';
}

/** All facts about a model that a user may need before using it. */
export function formatCard({ card, path, file }: ListedModel): string {
  const lines: [string, string][] = [
    ['model', `${card.id}: ${card.name}, ${card.version}`],
    ['file', file === 'there' ? path : `not here; ${remedyForMissing(card)}`],
    ['size', card.bytes === null ? 'not stated on its card, not checked' : `${card.bytes} bytes`],
    ['SHA-256', card.sha256 ?? 'not stated on its card: cannot be pulled, only imported'],
    ['licence', `${card.licence}${licenceTerms(card) === 'to-accept' ? ' (to be accepted with --accept-licence)' : ''}`],
    ...card.urls.map((url, place): [string, string] => [place === 0 ? 'from' : 'or', url]),
    ...(card.page === undefined ? [] : [['page', card.page] as [string, string]]),
    ...card.inputs.map((tensor): [string, string] => ['takes', tensorInWords(tensor)]),
    ...card.outputs.map((tensor): [string, string] => ['gives', tensorInWords(tensor)]),
    ['size shown', sizeInWords(card)],
    ['hints', card.inputs.some(({ content }) => content === 'mask') ? 'taken' : 'not taken'],
    ...(card.avoidProviders.length === 0 ? [] : [['not on', card.avoidProviders.join(', ')] as [string, string]]),
    ...(typeof card.about === 'string' ? [['about', card.about] as [string, string]] : []),
  ];
  return lines.map(([name, text]) => `${name.padEnd(11)} ${text}`).join('\n');
}

function tensorInWords({ name, content, shape, range }: ModelTensor): string {
  const parts = [shape?.join(' x '), range?.join('..')].filter(part => part !== undefined);
  return `${name ?? '(its only one)'}: ${content}${parts.length > 0 ? `, ${parts.join(', ')}` : ''}`;
}

function sizeInWords({ inputs, preferredSize, multipleOf }: ModelCard): string {
  const [, , height, width] = inputs[0]!.shape ?? [];
  if (typeof height === 'number' && typeof width === 'number') return `always ${width} x ${height}`;
  const step = multipleOf === 1 ? '' : `, multiples of ${multipleOf}`;
  const { shortSide, aspect } = preferredSize;
  return aspect === 'square' ? `${shortSide} x ${shortSide}${step}` : `${shortSide} on the short side${step}`;
}

/** Which properties of a file were checked, and which could not be. */
export function formatVerdict({ card, path, bytes, sha256, unchecked }: VerifiedModel): string {
  const size = unchecked.includes('bytes') ? `${bytes} bytes (not on its card, not checked)` : `${bytes} bytes`;
  const hash = unchecked.includes('sha256') ? `SHA-256 ${sha256} not checked, its card names none` : 'SHA-256 as on its card';
  return `${card.id}: ${path}, ${size}, ${hash}`;
}
