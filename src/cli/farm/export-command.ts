import { parse, resolve } from 'node:path';
import type { CommandModule } from 'yargs';
import { isS3Address } from '../../adapters/object-store/s3-address.ts';
import { KinemacolorError } from '../../errors.ts';
import type { FarmJob } from '../../farm/export/farm-job.ts';
import { parallelScript } from '../../farm/export/gnu-parallel.ts';
import { kubernetesJobs } from '../../farm/export/kubernetes.ts';
import { openjdTemplate } from '../../farm/export/openjd.ts';
import { slurmScript } from '../../farm/export/slurm.ts';
import { readPlan } from '../../pipeline/plan/read-plan.ts';
import { defaultOutput } from '../../pipeline/run/result-name.ts';
import { PLAN_FILE, segmentsFlag } from '../arguments/flags.ts';
import { EXIT } from '../terminal/exit-codes.ts';
import { runCommand } from '../terminal/run-command.ts';

const FARMS = ['slurm', 'parallel', 'openjd', 'kubernetes'] as const;
type Farm = (typeof FARMS)[number];
/** Schedulers take about this many tasks at once (SLURM's usual limit is 1001, OpenJD's 1024). */
const USUAL_TASKS = 1000;

export const farmExportCommand: CommandModule = {
  command: 'export <plan>',
  describe: 'Print a job for another render farm: the shots as tasks, longest first, then the join',
  builder: args =>
    args
      .positional('plan', PLAN_FILE)
      .options({
        for: { choices: FARMS, demandOption: true, describe: 'the farm that the job is for' },
        segments: segmentsFlag('shared by all machines'),
        output: { alias: 'o', type: 'string', requiresArg: true, describe: 'the film in colour' },
        tasks: {
          type: 'number',
          requiresArg: true,
          describe: `number of tasks (default: one for each shot, at most ${USUAL_TASKS})`,
        },
        image: { type: 'string', requiresArg: true, describe: 'kubernetes: container image with kinemacolor' },
        claim: { type: 'string', requiresArg: true, describe: 'kubernetes: persistent volume claim of the films' },
        mount: { type: 'string', requiresArg: true, describe: 'kubernetes: folder where the pods see it' },
      })
      .example('$0 farm export film.plan.json --for slurm --segments shots -o colour.mp4 > job.sh', 'then: sh job.sh'),
  handler: argv =>
    runCommand(argv, async () => {
      const [path, segments] = [argv.plan as string, argv.segments as string];
      const plan = await readPlan(path);
      const job = {
        name: parse(plan.source.path).name,
        plan: resolve(path),
        segments: isS3Address(segments) ? segments : resolve(segments),
        output: resolve((argv.output as string | undefined) ?? defaultOutput(plan.source.path, plan.settings.codec)),
        tasks: taskCount(argv.tasks as number | undefined, plan.shots.length),
      };
      process.stdout.write(describeJob(argv.for as Farm, job, argv));
      return EXIT.done;
    }),
};

function taskCount(requested: number | undefined, shots: number): number {
  const count = requested ?? Math.min(shots, USUAL_TASKS);
  if (Number.isInteger(count) && count >= 1 && count <= shots) return count;
  throw new KinemacolorError('usage', `Expected --tasks from 1 to ${shots}, the number of shots, received ${count}.`);
}

function describeJob(farm: Farm, job: FarmJob, argv: Record<string, unknown>): string {
  if (farm === 'slurm') return slurmScript(job);
  if (farm === 'parallel') return parallelScript(job);
  if (farm === 'openjd') return openjdTemplate(job);
  const [image, claim, mount] = ['image', 'claim', 'mount'].map(name => argv[name] as string | undefined);
  if (image === undefined || claim === undefined || mount === undefined)
    throw new KinemacolorError('usage', 'Expected --image, --claim and --mount with --for kubernetes; see "farm export --help".');
  return kubernetesJobs(job, { image, claim, mount });
}
