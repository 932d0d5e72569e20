/**
 * Refuses a build whose public names are not all documented: every name that `index.ts` exports, and every member of the interfaces and object types among
 * them, stands below a comment. Reads the built declarations, as a user's editor does.
 */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of index.d.ts; the tests give another. */
const folder = process.argv[2] ?? fileURLToPath(new URL('../dist/src/', import.meta.url));
const missing = [];
const known = new Set();

/** The lines of a declaration from its own on, to where its brackets are closed. */
function declarationAt(lines, start) {
  let depth = 0;
  for (let end = start; end < lines.length; end++) {
    for (const sign of lines[end].replace(/\/\*.*?\*\/|'[^']*'/g, ''))
      depth += '{(['.includes(sign) ? 1 : '})]'.includes(sign) ? -1 : 0;
    if (depth === 0 && /[;}]\s*$/.test(lines[end])) return lines.slice(start, end + 1);
  }
  return lines.slice(start);
}

const isCommented = (lines, at) => /\*\/\s*$/.test(lines[at - 1] ?? '');

function check(name, path) {
  const lines = readFileSync(path, 'utf8').split('\n');
  const at = lines.findIndex(line =>
    new RegExp(`^export (declare )?(function|interface|type|class|const) ${name}\\b`).test(line),
  );
  if (at < 0) return missing.push(`${name}: its declaration was not found in ${path}`);
  if (!isCommented(lines, at)) missing.push(`${name} (${path})`);
  if (!/ (interface|class) /.test(lines[at])) return;
  const body = declarationAt(lines, at);
  body.forEach((line, row) => {
    const [, member] = /^ {4}(?:readonly |override )*(\w+)[?]?[:(]/.exec(line) ?? [];
    if (member && member !== 'constructor' && !isCommented(body, row)) missing.push(`${name}.${member} (${path})`);
  });
}

const index = join(folder, 'index.d.ts');
for (const [, names, from] of readFileSync(index, 'utf8').matchAll(/export (?:type )?\{([^}]*)\} from '([^']+)'/g)) {
  const path = join(dirname(index), from.replace(/\.(ts|js)$/, '.d.ts'));
  for (const name of names.split(',').map(part => part.trim().replace(/^type /, ''))) {
    if (!name) continue;
    known.add(name);
    check(name, path);
  }
}
if (known.size === 0) throw new Error(`Expected exports in ${index}, found none.`);
if (missing.length > 0) {
  console.error(`Public names without documentation:\n  ${missing.join('\n  ')}`);
  process.exitCode = 1;
}
