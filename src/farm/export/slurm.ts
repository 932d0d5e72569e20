import { type FarmJob, joinArgs, renderArgs, shellWords } from './farm-job.ts';

/** A shell script that submits an array job and the join after it. Partition, cores and time are the user's, in SBATCH_ variables. */
export function slurmScript(job: FarmJob): string {
  const index = '$SLURM_ARRAY_TASK_ID';
  const task = shellWords(renderArgs(job, '@')).replace(`'@/${job.tasks}'`, `"${index}/${job.tasks}"`);
  const name = shellWords([`--job-name=${job.name}`]);
  return `#!/bin/sh
# For example: SBATCH_PARTITION=render sh SCRIPT
set -eu
array=$(sbatch --parsable ${name} --array=0-${job.tasks - 1} <<'END'
#!/bin/sh
exec ${task}
END
)
sbatch --parsable ${name} --dependency="afterany:\${array%%;*}" <<'END'
#!/bin/sh
exec ${shellWords(joinArgs(job))}
END
`;
}
