import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { needs } from '../../../harness/needed-program.ts';
import { CHOSEN_FFMPEG, CLI_MAIN, colorize, runCli } from '../../../harness/run-cli.ts';
import { makeTinyFilm, packets } from '../../../harness/tiny-film.ts';
import { folderPerGroup } from '../../fixtures/films.ts';
import { writeTinyModel } from '../../fixtures/models/models.ts';

const execute = promisify(execFile);
const SCENES = [10, 12, 11];
/** Stands for SLURM's `sbatch`: runs an array's tasks one after another, last first, and prints a job number as `--parsable` does. */
const SBATCH = `#!/bin/sh
set -eu
script=$(mktemp)
cat > "$script"
echo "$@" >> "$SBATCH_LOG"
for word in "$@"; do case $word in --array=0-*) last=\${word#--array=0-} ;; esac; done
for task in $(seq \${last:-0} -1 0); do SLURM_ARRAY_TASK_ID=$task sh "$script" >&2; done
rm "$script"
echo "17;cluster"
`;

describe('farm export', () => {
  const folder = folderPerGroup();
  let env: NodeJS.ProcessEnv = {};
  const at = (name: string) => join(folder, name);
  const exported = async (farm: string, ...args: string[]) => {
    const names = ['--segments', at(`${farm} shots`), '-o', at(`${farm}.mp4`)];
    const end = await runCli(['farm', 'export', at('a plan.json'), '--for', farm, ...names, ...args]);
    assert.equal(end.code, 0, end.stderr);
    return end.stdout;
  };
  const assertWhole = async (farm: string) =>
    assert.deepEqual(await packets(at(`${farm}.mp4`), 'v'), await packets(at('whole.mp4'), 'v'));

  before(async () => {
    const film = await makeTinyFilm(at("it's a film.mp4"), { scenes: SCENES });
    const settings = ['--preset', 'ultrafast', '--device', 'cpu', '--model', await writeTinyModel(folder, 'obedient')];
    const planned = runCli(['plan', film, '-o', at('a plan.json'), ...settings]);
    await colorize([film, '-o', at('whole.mp4'), ...settings]);
    assert.equal((await planned).code, 0);
    await mkdir(at('bin'));
    await writeFile(at('bin/kinemacolor'), `#!/bin/sh\nexec '${process.execPath}' '${CLI_MAIN}' "$@"\n`);
    await writeFile(at('bin/sbatch'), SBATCH);
    for (const name of ['bin/kinemacolor', 'bin/sbatch']) await chmod(at(name), 0o755);
    const path = `${at('bin')}${delimiter}${process.env.PATH}`;
    env = { ...process.env, PATH: path, KINEMACOLOR_FFMPEG: CHOSEN_FFMPEG, SBATCH_LOG: at('sbatch.log') };
  });

  it('for GNU parallel: the script makes the film', async function () {
    await needs(this, 'parallel');
    await writeFile(at('job.sh'), await exported('parallel', '--tasks', '2'));
    await execute('sh', [at('job.sh')], { env });
    await assertWhole('parallel');
  });

  it('for SLURM: the array and the join after it make the film', async () => {
    await writeFile(at('job.sh'), await exported('slurm', '--tasks', '2'));
    await execute('sh', [at('job.sh')], { env });
    await assertWhole('slurm');
    const [array, join] = (await readFile(at('sbatch.log'), 'utf8')).trim().split('\n');
    assert.match(array!, /^--parsable --job-name=it's a film --array=0-1$/);
    assert.match(join!, /^--parsable --job-name=it's a film --dependency=afterany:17$/);
  });

  it('for OpenJD: a template of two steps, the tasks of the first numbered', async () => {
    const template = JSON.parse(await exported('openjd'));
    assert.deepEqual(Object.keys(template), ['specificationVersion', 'name', 'steps']);
    const [render, join] = template.steps;
    assert.deepEqual(render.parameterSpace.taskParameterDefinitions, [{ name: 'Task', type: 'INT', range: '0-2' }]);
    const { command, args } = render.script.actions.onRun;
    const words = [command, ...args].map((word: string) => word.replace('{{Task.Param.Task}}', '0'));
    assert.deepEqual(words.slice(0, 5), ['kinemacolor', 'render-shot', at('a plan.json'), '--task', '0/3']);
    assert.deepEqual(join.dependencies, [{ dependsOn: 'Render' }]);
    assert.equal(join.script.actions.onRun.args[0], 'join');
  });

  it('for Kubernetes: an indexed job, and a join that is tried again only for missing shots', async () => {
    const place = ['--image', 'registry/kinemacolor', '--claim', 'films', '--mount', folder];
    const [render, join] = JSON.parse(await exported('kubernetes', ...place)).items;
    assert.equal(render.metadata.name, 'it-s-a-film-render');
    assert.equal(render.spec.completions, SCENES.length);
    assert.equal(render.spec.completionMode, 'Indexed');
    assert.ok(render.spec.template.spec.containers[0].command.includes('$(JOB_COMPLETION_INDEX)/3'));
    assert.deepEqual(join.spec.podFailurePolicy.rules[0].onExitCodes, { operator: 'NotIn', values: [0, 4] });
  });
});
