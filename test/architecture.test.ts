import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** Imports go one way, from the right of this list to its left. `index.ts` and `cli/` stand at the end, beside each other. */
const ORDER = [
  'errors.ts',
  'system-errors.ts',
  'pending.ts',
  'meant-word.ts',
  'options.ts',
  'media',
  'progress.ts',
  'kernels',
  'adapters',
  'stages',
  'pipeline',
  'review',
  'farm',
];
const LAST = new Set(['index.ts', 'cli']);
const LONGEST_FILE = 300;
const MAX_FILES = 20; // in a folder

function files(folder: string, ending: RegExp): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile() && ending.test(entry.name))
    .map(entry => relative(ROOT, join(entry.parentPath, entry.name)).split('\\').join('/'))
    .filter(path => !/node_modules|__pycache__/.test(path))
    .sort();
}
const source = (path: string) => readFileSync(join(ROOT, path), 'utf8');
const room = (path: string) => path.split('/')[1]!;
const rank = (path: string) => (LAST.has(room(path)) ? ORDER.length : ORDER.indexOf(room(path)));
const sources = files('src', /(?<!\.d)\.tsx?$/);

const EXPORTED_NAME =
  /^export (?:declare |async |abstract )*(?:const|let|function\*?|class|interface|type|enum) ([A-Za-z_$][\w$]*)/gm;
const RELATIVE_IMPORT = /(?:from|import)\s*\(?\s*'(\.{1,2}\/[^']+)'/g;
/** Names the type of a module without loading it. */
const TYPE_OF_MODULE = /typeof import\('[^']*'\)/g;

function importsIn(text: string, path: string): string[] {
  return [...text.matchAll(RELATIVE_IMPORT)].map(match => posix.normalize(posix.join(posix.dirname(path), match[1]!)));
}

/** Paths of our own files that a file refers to, and of those that it loads. */
const references = (path: string) => importsIn(source(path), path);
const imports = (path: string) => importsIn(source(path).replace(TYPE_OF_MODULE, ''), path);

/** The files outside the adapters that use the file system, and why. */
const FILE_SYSTEM = new Map([
  ['src/cli/main.ts', 'checks how many files may be open before the program is loaded'],
  ['src/kernels/wasm/load-kernels.ts', 'reads its own WebAssembly module; adapters lie above the kernels'],
]);

/** The state that modules keep for as long as the process runs, and why. */
const STATE = new Map([
  [
    'src/adapters/ffmpeg/ffmpeg.ts located',
    'starting an ffmpeg to ask for its version takes some 100 ms: once per process and choice',
  ],
  [
    'src/adapters/ffmpeg/try-encoder.ts versions',
    'encoding a picture to learn an encoder’s version: once per process and encoder',
  ],
  ['src/adapters/files/file-kind.ts reading', 'few files are open at once, whoever in this process looks at how many'],
  ['src/adapters/files/hash-file.ts cache', 'a film of hours takes minutes to hash: once until somebody writes to it'],
  ['src/adapters/files/lock.ts heldTokens', 'tells the locks of this process from those of an earlier one with the same number'],
  ['src/adapters/files/parts.ts sweptFolders', 'a folder is searched for the leftovers of killed runs once per process'],
  ['src/adapters/workers/child-processes.ts live', 'children are killed when the process exits'],
  ['src/adapters/workers/shared-garbage.ts countShared', 'a thread counts its shared memory, which V8 does not'],
  ['src/media/fields/propagated-field.ts single', 'a scratch number: float to half float without an allocation per cell'],
  ['src/media/fields/shared-memory.ts free', 'shared memory of a thread that can be used again'],
  ['src/adapters/onnx/worker.ts runtime', 'settings of ONNX Runtime, which are global in its thread'],
  ['src/pending.ts runs', 'the runs that must be told when Node runs out of work'],
  ['src/pending.ts waiting', 'what the process waits for, for the message when nothing can end it'],
  ['src/pipeline/run/warn-of-old-ffmpeg.ts warned', 'one warning per listener'],
  ['src/review/page/state/actions.ts loading', 'one view of the project is fetched at a time'],
  ['src/review/page/state/actions.ts timers', 'the page is one, and so is its state'],
  ['src/review/page/state/film-player.ts played', 'one shot is played at a time'],
  ['src/review/page/state/lanes.ts requested', 'the page asks once for what two of its parts show'],
  ['src/review/page/state/pictures.ts held', 'the page is one, and so is its state'],
  ['src/review/page/state/pictures.ts waiting', 'the page is one, and so is its state'],
  ['src/review/page/stage/graded-picture.ts grades', 'what was seen rendered keeps its grade'],
  ['src/review/page/stage/graded-picture.ts last', 'the picture that a slider is moved on is read once'],
  ['src/review/page/stage/stage-size.ts shown', 'the page is one, and so is its state'],
  ['src/review/page/state/thumbnails.ts listeners', 'the page is one, and so is its state'],
  ['src/review/page/state/thumbnails.ts thumbnails', 'the page is one, and so is its state'],
  ['src/review/page/state/shot-films.ts films', 'films of shots are kept ready while they are near'],
  ['src/review/page/state/shot-films.ts ready', 'films of shots are kept ready while they are near'],
  ['src/review/page/state/store.ts current', 'the page is one, and so is its state'],
  ['src/review/page/state/store.ts listeners', 'the page is one, and so is its state'],
  ['src/stages/remux/source-streams.ts held', 'trying the streams of a film reads all of it: once per film'],
]);

/** The top-level constants of a file that hold state: something in it changes them, or they are made by a function that keeps state. */
function stateOf(path: string): string[] {
  const text = source(path).replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '');
  const variables = [...text.matchAll(/^(?:export )?(?:let|var) (\w+)/gm)].map(match => match[1]!);
  const constants = [...text.matchAll(/^(?:export )?const (\w+)\b.*? = (?:await )?(\w*)/gm)];
  const changed = constants.filter(([, name, maker]) => {
    const member = String.raw`\b${name}(?:!?\.\w+|!?\[[^\]]*\])*`;
    const method = String.raw`\.(?:set|add|delete|clear|push|pop|shift|unshift|splice|sort|reverse|fill|copyWithin)\(`;
    const written = String.raw`(?:\.\w+|\[[^\]]*\]) *(?:[-+*/|&^%?]{0,2}=(?![=>])|\+\+|--)`;
    return /^(open|create(?!Require))[A-Z]/.test(maker!) || new RegExp(`${member}(?:${method}|${written})`).test(text);
  });
  return [...variables, ...changed.map(match => match[1]!)].filter((name, i, all) => all.indexOf(name) === i).sort();
}

describe('architecture', () => {
  it('every source file lies in a known room', () => {
    assert.deepEqual(
      sources.filter(path => rank(path) < 0),
      [],
    );
  });

  it('imports go one way', () => {
    const wrong = sources.flatMap(path =>
      references(path)
        .filter(target => target.startsWith('src/') && rank(target) > rank(path))
        .map(target => `${path} -> ${target}`),
    );
    assert.deepEqual(wrong, []);
  });

  it('no two files import each other in a circle', () => {
    const state = new Map<string, 'open' | 'done'>();
    const visit = (path: string, trail: string[]): void => {
      if (state.get(path) === 'done') return;
      assert.notEqual(state.get(path), 'open', [...trail, path].join(' -> '));
      state.set(path, 'open');
      for (const target of imports(path)) if (sources.includes(target)) visit(target, [...trail, path]);
      state.set(path, 'done');
    };
    for (const path of sources) visit(path, []);
  });

  it('no two folders import each other in a circle', () => {
    const folders = new Map<string, Set<string>>();
    for (const path of sources.filter(one => dirname(one) !== 'src')) {
      const targets = folders.get(dirname(path)) ?? new Set<string>();
      for (const target of imports(path))
        if (target.startsWith('src/') && dirname(target) !== 'src') targets.add(dirname(target));
      targets.delete(dirname(path));
      folders.set(dirname(path), targets);
    }
    const state = new Map<string, 'open' | 'done'>();
    const visit = (folder: string, trail: string[]): void => {
      if (state.get(folder) === 'done') return;
      assert.notEqual(state.get(folder), 'open', [...trail, folder].join(' -> '));
      state.set(folder, 'open');
      for (const target of folders.get(folder) ?? []) visit(target, [...trail, folder]);
      state.set(folder, 'done');
    };
    for (const folder of folders.keys()) visit(folder, []);
  });

  it('no two exported things share a name', () => {
    // A worker task bears the name of the function it runs.
    const files = new Map<string, string[]>();
    for (const path of sources.filter(one => !one.includes('/assembly/') && one !== 'src/stages/stage-worker.ts'))
      for (const [, name] of source(path).matchAll(EXPORTED_NAME)) files.set(name!, [...(files.get(name!) ?? []), path]);
    const shared = [...files]
      .map(([name, paths]) => [name, [...new Set(paths)]] as const)
      .filter(([, paths]) => paths.length > 1);
    assert.deepEqual(shared, []);
  });

  it('no identifier is left that says told, said, asked, deaf or manner', () => {
    const dialect =
      /\b(?:[a-z]+(?:Told|Said|Asked|Deaf|Manner)|(?:told|said|asked|deaf|manner)(?:[A-Z]\w*)?|(?:Told|Said|Asked|Deaf|Manner)[A-Z]?\w*)\b/;
    const code = (path: string) =>
      source(path).replace(/\/\*[\s\S]*?\*\/|\/\/.*|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`|>[^<>{}]*</g, '');
    const wrong = sources
      .filter(path => !path.includes('/assembly/'))
      .flatMap(path => {
        const found = dialect.exec(code(path));
        return found ? [`${path}: ${found[0]}`] : [];
      });
    assert.deepEqual(wrong, []);
  });

  it('folders stay small enough to know by heart', () => {
    const counts = new Map<string, number>();
    const kept = [...sources, ...['test', 'harness', 'bench', 'samples'].flatMap(folder => files(folder, /./))];
    for (const path of kept) counts.set(dirname(path), (counts.get(dirname(path)) ?? 0) + 1);
    assert.deepEqual(
      [...counts].filter(([, count]) => count > MAX_FILES),
      [],
    );
  });

  it('child processes, worker threads, native code and the network are the adapters’ alone', () => {
    const outside =
      /(?:from |import\()'(node:child_process|node:worker_threads|onnxruntime-node|sharp|undici|fluent-ffmpeg|@ff(mpeg|probe)-installer\/[a-z]+|piscina)'/;
    assert.deepEqual(
      sources.filter(path => room(path) !== 'adapters' && outside.test(source(path))),
      [],
    );
  });

  it('files are read and written by the adapters alone, but where a reason is given', () => {
    assert.deepEqual(
      sources.filter(path => room(path) !== 'adapters' && /'(node:)?fs(\/promises)?'/.test(source(path))),
      [...FILE_SYSTEM.keys()].sort(),
    );
  });

  it('no folder is made by Node’s recursive mkdir, which never ends in /proc', () => {
    assert.deepEqual(
      sources.filter(path => /mkdir\([^;]*recursive/.test(source(path))),
      [],
    );
  });

  it('only the ffmpeg adapter knows the ffmpeg packages', () => {
    const packages = /'(fluent-ffmpeg|@ff(mpeg|probe)-installer\/[a-z]+)'/;
    assert.deepEqual(
      sources.filter(path => packages.test(source(path))),
      ['src/adapters/ffmpeg/ffmpeg.ts', 'src/adapters/ffmpeg/plain-job.ts'],
    );
  });

  it('ONNX Runtime is loaded in one place, where its telemetry is turned off', () => {
    const loads = /import\('onnxruntime-node'\)|^import (?!type ).*'onnxruntime-node'/m;
    const programs = [...sources, ...files('bench', /\.ts$/), ...files('samples', /\.ts$/), ...files('test', /\.ts$/)];
    assert.deepEqual(
      programs.filter(path => loads.test(source(path).replace(/typeof import\([^)]*\)/g, ''))),
      ['src/adapters/onnx/runtime.ts'],
    );
  });

  it('benchmarks, samples and the harness that they share with the tests do not import tests', () => {
    const programs = ['bench', 'samples', 'harness'].flatMap(folder => files(folder, /\.ts$/));
    const wrong = programs.filter(path => imports(path).some(target => target.startsWith('test/')));
    assert.deepEqual(wrong, []);
  });

  it('only the command line prints or exits', () => {
    const speech = /\bconsole\.|process\.(exit\b|exitCode|stdout|stderr)/;
    assert.deepEqual(
      sources.filter(path => room(path) !== 'cli' && speech.test(source(path).replace(/^\s*(\/\/|\*|\/\*).*$/gm, ''))),
      [],
    );
  });

  it('no module keeps state, but where a reason is given', () => {
    const own = sources.filter(path => !path.includes('/assembly/'));
    const found = own.flatMap(path => stateOf(path).map(name => `${path} ${name}`));
    assert.deepEqual(found.sort(), [...STATE.keys()].sort());
  });

  it('files stay small enough to read in one go', () => {
    const all = [
      ...sources,
      ...files('test', /\.ts$/),
      ...files('harness', /\.ts$/),
      ...files('bench', /\.(ts|py)$/),
      ...files('samples', /\.ts$/),
      ...files('models', /\.py$/),
    ];
    assert.deepEqual(
      all.filter(path => source(path).split('\n').length > LONGEST_FILE),
      [],
    );
  });

  it('the code map of ARCHITECTURE.md has one sentence for each folder', () => {
    const block = /## Code map[\s\S]*?```\n([\s\S]*?)```/.exec(source('ARCHITECTURE.md'))?.[1] ?? '';
    const lines = block.split('\n').filter(line => line !== '');
    assert.deepEqual(
      lines.filter(line => !/^src\S* +[A-Z].*\.$/.test(line)),
      [],
    );
    assert.deepEqual(lines.map(line => line.split(' ')[0]!).sort(), [...new Set(sources.map(path => dirname(path)))].sort());
  });

  it('tests lie where the files they test do', () => {
    const rooms = new Set([
      ...sources.map(path => dirname(path).replace(/^src/, 'test')),
      'test/fixtures',
      'test/samples',
      'test/cli/color',
      'test/cli/inputs',
      'test/cli/outputs',
      'test/bench',
    ]);
    assert.deepEqual(
      files('test', /\.test\.ts$/).filter(path => !rooms.has(dirname(path))),
      [],
    );
  });
});
