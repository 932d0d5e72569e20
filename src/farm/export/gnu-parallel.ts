import { type FarmJob, joinArgs, renderArgs, shellWords } from './farm-job.ts';

/** A shell script for GNU parallel. Machines and jobs at once are the user's, in the variable PARALLEL. */
export function parallelScript(job: FarmJob): string {
  return `#!/bin/sh
# Other machines, reached by ssh, with the same paths: PARALLEL='--sshlogin one,two' sh SCRIPT
set -u
seq 0 ${job.tasks - 1} | parallel --quote --jobs 1 --line-buffer ${shellWords(renderArgs(job, '{}'))}
${shellWords(joinArgs(job))}
`;
}
