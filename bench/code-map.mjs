// Rewrites the code map of ARCHITECTURE.md from the tree: node bench/code-map.mjs
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const files = readdirSync(join(root, 'src'), { recursive: true, withFileTypes: true })
  .filter(entry => entry.isFile() && /\.tsx?$/.test(entry.name))
  .map(entry => relative(root, join(entry.parentPath, entry.name)))
  .sort();
const rooms = new Map();
for (const file of files) rooms.set(dirname(file), [...(rooms.get(dirname(file)) ?? []), file.slice(dirname(file).length + 1)]);
const WIDTH = 140;
const lines = [];
for (const [room, names] of rooms) {
  const head = `${room}/ `.padEnd(36);
  let line = head;
  for (const name of names) {
    if (line.length + name.length + 1 > WIDTH) {
      lines.push(line.trimEnd());
      line = head;
    }
    line += `${name} `;
  }
  lines.push(line.trimEnd());
}
const path = join(root, 'ARCHITECTURE.md');
const text = readFileSync(path, 'utf8').replace(/(## Code map\n\n```\n)[\s\S]*?(```)/, `$1${lines.join('\n')}\n$2`);
writeFileSync(path, text);
