/** Draws the restorer's loop as ARCHITECTURE.md shows it: node dist/bench/draw-loop.js writes samples/loop.svg. */
import { writeFile } from 'node:fs/promises';

const SIZE = { width: 960, height: 400 };
const BOX = { width: 176, height: 64 };
const COLORS = { ink: '#1f2933', line: '#64748b', kept: '#fdf1e3', done: '#e8f0fe', paper: '#ffffff' };

interface Box {
  readonly x: number;
  readonly y: number;
  readonly lines: readonly [string, string];
  /** What lies on disk, or what is done. */
  readonly kind: 'kept' | 'done';
}

const boxes = {
  film: { x: 24, y: 40, lines: ['film', 'black and white'], kind: 'kept' },
  plan: { x: 264, y: 40, lines: ['history.json', 'first plan + every edit'], kind: 'kept' },
  print: { x: 504, y: 40, lines: ['fingerprints', "film, model, the shot's plan"], kind: 'done' },
  shots: { x: 744, y: 40, lines: ['shots/', 'one segment a fingerprint'], kind: 'kept' },
  edit: { x: 264, y: 296, lines: ['edit', 'hint, picture, grade, palette'], kind: 'done' },
  page: { x: 504, y: 296, lines: ['review page', 'before | after, trust, flicker'], kind: 'done' },
  render: { x: 504, y: 168, lines: ['render', 'shots not found, alone'], kind: 'done' },
  join: { x: 744, y: 168, lines: ['join', 'packets as they are'], kind: 'done' },
  output: { x: 744, y: 296, lines: ['film in colour', 'sound and times the same'], kind: 'kept' },
} as const satisfies Record<string, Box>;

type Name = keyof typeof boxes;
/** From, to, and what goes along. */
const arrows: readonly (readonly [Name, Name, string])[] = [
  ['film', 'plan', 'survey'],
  ['plan', 'print', 'plan'],
  ['print', 'shots', 'found?'],
  ['print', 'render', 'not found'],
  ['render', 'shots', ''],
  ['shots', 'join', 'all'],
  ['join', 'output', ''],
  ['render', 'page', 'shown when done'],
  ['page', 'edit', 'a person'],
  ['edit', 'plan', 'applied, kept'],
];

function centre(name: Name): { x: number; y: number } {
  return { x: boxes[name].x + BOX.width / 2, y: boxes[name].y + BOX.height / 2 };
}

/** Where the line from a box's centre toward another leaves it. */
function edge(name: Name, toward: { x: number; y: number }): { x: number; y: number } {
  const from = centre(name);
  const [dx, dy] = [toward.x - from.x, toward.y - from.y];
  const share = Math.min(BOX.width / 2 / Math.max(1e-9, Math.abs(dx)), BOX.height / 2 / Math.max(1e-9, Math.abs(dy)));
  return { x: from.x + share * dx, y: from.y + share * dy };
}

function arrow([from, to, message]: (typeof arrows)[number]): string {
  const [a, b] = [edge(from, centre(to)), edge(to, centre(from))];
  const [x, y] = [(a.x + b.x) / 2, (a.y + b.y) / 2];
  const upright = Math.abs(b.y - a.y) > Math.abs(b.x - a.x);
  const text =
    message &&
    `<text x="${x + (upright ? 8 : 0)}" y="${y - (upright ? -4 : 8)}" class="said" ${upright ? '' : 'text-anchor="middle"'}>${message}</text>`;
  return `<path d="M${a.x.toFixed(1)} ${a.y.toFixed(1)}L${b.x.toFixed(1)} ${b.y.toFixed(1)}" marker-end="url(#head)"/>${text}`;
}

function box({ x, y, lines: [name, about], kind }: Box): string {
  const middle = x + BOX.width / 2;
  return (
    `<rect x="${x}" y="${y}" width="${BOX.width}" height="${BOX.height}" rx="${kind === 'kept' ? 2 : 14}" fill="${COLORS[kind]}"/>` +
    `<text x="${middle}" y="${y + 28}" class="name" text-anchor="middle">${name}</text>` +
    `<text x="${middle}" y="${y + 47}" class="about" text-anchor="middle">${about}</text>`
  );
}

const style = `text{font-family:system-ui,sans-serif;fill:${COLORS.ink}}.name{font-size:15px;font-weight:600}.about{font-size:11.5px}
.said{font-size:11.5px;fill:${COLORS.line}}path{fill:none;stroke:${COLORS.line};stroke-width:1.5}rect{stroke:${COLORS.line}}`;
const svg = [
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${SIZE.width} ${SIZE.height}" role="img" aria-label="The restorer's loop">`,
  `<style>${style}</style>`,
  `<defs><marker id="head" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto"><path d="M0 0L8 4L0 8z" style="fill:${COLORS.line};stroke:none"/></marker></defs>`,
  `<rect width="${SIZE.width}" height="${SIZE.height}" style="stroke:none" fill="${COLORS.paper}"/>`,
  ...arrows.map(arrow),
  ...Object.values(boxes).map(box),
  '</svg>\n',
].join('\n');
await writeFile(new URL('../../samples/loop.svg', import.meta.url), svg);
