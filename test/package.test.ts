import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { lumaOf, makeTinyFilm } from '../harness/tiny-film.ts';
import { codeBlocks, ROOT, readDocument } from './fixtures/documents.ts';
import { folderPerGroup, temporaryFolder } from './fixtures/films.ts';

const execute = promisify(execFile);
/** Nobody listens there: whoever asks another server than npm's registry fails. npm itself does not read this name. */
const NO_SERVER = 'http://127.0.0.1:9';

/** The environment of somebody who has never run this project's own npm scripts. */
function strangersEnvironment(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !/^(npm_|NODE_OPTIONS$|ONNXRUNTIME_NODE_|INIT_CWD$)/i.test(name));
  return { ...Object.fromEntries(kept), GLOBAL_AGENT_HTTP_PROXY: NO_SERVER, GLOBAL_AGENT_HTTPS_PROXY: NO_SERVER };
}

const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
const npx = process.platform === 'win32' ? 'npx.cmd' : 'npx';
const TSCONFIG = {
  compilerOptions: { strict: true, exactOptionalPropertyTypes: true, module: 'nodenext', target: 'es2022', skipLibCheck: false },
  files: ['snippet.ts', 'types.ts'],
};

describe('the package', function () {
  this.timeout(300_000).slow(60_000);
  const folder = folderPerGroup();
  let home = '';
  const run = (command: string, ...args: string[]) =>
    execute(command, args, { cwd: home, env: strangersEnvironment(), shell: process.platform === 'win32' });
  const compile = (typescript: string, ...options: string[]) =>
    run(process.execPath, join(typescript, 'bin/tsc'), ...options).catch((cause: { stdout?: string }) =>
      assert.fail(cause.stdout),
    );

  before(async function () {
    const registry = await execute(npm, ['ping'], { cwd: ROOT, timeout: 20_000, shell: process.platform === 'win32' }).catch(
      () => undefined,
    );
    if (!registry) return this.skip(); // no npm registry within reach
    home = join(folder, 'stranger');
    await mkdir(home);
    await writeFile(join(home, 'package.json'), '{ "private": true, "type": "module" }\n');
    const packing = ['pack', '--json', '--ignore-scripts', '--pack-destination', folder];
    await execute(npm, packing, { cwd: ROOT, shell: process.platform === 'win32' });
    const [name] = (await readdir(folder)).filter(file => file.endsWith('.tgz'));
    const quiet = ['--prefer-offline', '--no-audit', '--no-fund'];
    await run(npm, 'install', ...quiet, join(folder, name!), 'typescript@5');
    await makeTinyFilm(join(home, 'film.mkv'), { scenes: [8, 8] });
  });

  it('installs with no other server than the registry, and without what only NVIDIA cards want', async () => {
    const runtime = join(home, 'node_modules/onnxruntime-node/bin/napi-v6', process.platform, process.arch);
    for (const name of (await readdir(runtime)).filter(file => file.includes('_providers_')))
      assert.equal((await stat(join(runtime, name))).size, 0, name);
  });

  it('colours a film with npx', async () => {
    await run(npx, 'kinemacolor', 'colorize', 'film.mkv', '-o', 'by-npx.mkv', '--codec', 'ffv1', '--device', 'cpu');
    assert.equal(Buffer.compare(await lumaOf(join(home, 'by-npx.mkv')), await lumaOf(join(home, 'film.mkv'))), 0);
  });

  it('knows of a device without its library what to do', async () => {
    const { stdout } = await run(npx, 'kinemacolor', 'doctor');
    if (process.platform === 'linux' && process.arch === 'x64') assert.match(stdout, /ONNXRUNTIME_NODE_INSTALL=cuda12/);
  });

  it("the README's program and the public types compile under TypeScript 5 and 7, and the program runs", async () => {
    const [snippet] = codeBlocks(await readDocument('README.md'), 'ts');
    await writeFile(join(home, 'snippet.ts'), snippet!);
    await writeFile(join(home, 'types.ts'), await readDocument('test/fixtures/public-types.ts'));
    await writeFile(join(home, 'tsconfig.json'), JSON.stringify(TSCONFIG));
    await compile(join(home, 'node_modules/typescript'), '--noEmit');
    await compile(join(ROOT, 'node_modules/typescript'));
    const { stdout } = await run(process.execPath, 'snippet.js');
    assert.match(stdout, /16 of 16/);
    assert.ok((await stat(join(home, 'colour.mkv'))).size > 0);
  });

  it('holds what its commands need and nothing of ours beside', async () => {
    const installed = join(home, 'node_modules/kinemacolor');
    const { bin } = JSON.parse(await readFile(join(installed, 'package.json'), 'utf8')) as { bin: { kinemacolor: string } };
    assert.match(await readFile(join(installed, bin.kinemacolor), 'utf8'), /^#!\/usr\/bin\/env node/);
    assert.deepEqual((await readdir(installed)).sort(), [
      ...['CHANGELOG.md', 'LICENSE', 'NOTICE', 'README.md', 'dist', 'install', 'models', 'package.json', 'pipelines'],
    ]);
  });
});

describe('a clone', () => {
  it("installs without onnxruntime-node's download, whatever npm: its lock file names no install script of it", async () => {
    const lock = JSON.parse(await readDocument('package-lock.json')) as {
      packages: Record<string, { hasInstallScript?: boolean }>;
    };
    assert.equal(lock.packages['node_modules/onnxruntime-node']?.hasInstallScript, undefined);
  });
});

describe('the build', () => {
  it('refuses a public name without documentation, and a member of one', async () => {
    const { path, remove } = await temporaryFolder();
    const check = () => execute(process.execPath, [join(ROOT, 'src/check-documentation.mjs'), path]);
    const declare = (film: string) => writeFile(join(path, 'film.d.ts'), film);
    try {
      await writeFile(join(path, 'index.d.ts'), `export { type Film, open } from './${'film'}.ts';\n`);
      await declare(
        '/** A. */\nexport interface Film {\n    /** B. */\n    readonly width: number;\n}\n/** C. */\nexport declare function open(): Film;\n',
      );
      await check();
      await declare(
        '/** A. */\nexport interface Film {\n    readonly width: number;\n}\nexport declare function open(): Film;\n',
      );
      await assert.rejects(check(), ({ stderr }: { stderr: string }) => /Film\.width/.test(stderr) && /\bopen \(/.test(stderr));
    } finally {
      await remove();
    }
  });
});
