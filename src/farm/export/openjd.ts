import { KinemacolorError } from '../../errors.ts';
import { type FarmJob, indentedJson, joinArgs, renderArgs } from './farm-job.ts';

/** A job template of the Open Job Description (2023-09), as JSON. Throws `usage` for a path that it could not state. */
export function openjdTemplate(job: FarmJob): string {
  const action = ([command, ...args]: readonly string[]) => ({ actions: { onRun: { command: command!, args } } });
  for (const path of [job.plan, job.segments, job.output]) {
    if (path.includes('{{'))
      throw new KinemacolorError('usage', `Expected paths without "{{", which OpenJD replaces, received ${path}; rename it.`);
  }
  const range = `0-${job.tasks - 1}`;
  const render = {
    name: 'Render',
    parameterSpace: { taskParameterDefinitions: [{ name: 'Task', type: 'INT', range }] },
    script: action(renderArgs(job, '{{Task.Param.Task}}')),
  };
  const join = { name: 'Join', dependencies: [{ dependsOn: 'Render' }], script: action(joinArgs(job)) };
  return indentedJson({ specificationVersion: 'jobtemplate-2023-09', name: job.name, steps: [render, join] });
}
