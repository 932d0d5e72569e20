import { type FarmJob, indentedJson, joinArgs, renderArgs } from './farm-job.ts';

/** Where the pods find the program and the film. */
export interface KubernetesPlace {
  /** A container image that has `kinemacolor` on its path. */
  readonly image: string;
  /** Name of the persistent volume claim that holds plan, source, shots and film. */
  readonly claim: string;
  /** Folder under which the pods see that claim. */
  readonly mount: string;
}

/** Attempts of one pod: a machine that dies or is taken away costs one. */
const RENDER_RETRIES = 5;
/** The join is tried again (with a growing pause of at most six minutes) until all shots are there: exit code 4. */
const JOIN_RETRIES = 100_000;

/** An indexed job that renders and one that joins, as a JSON list for `kubectl apply -f`. */
export function kubernetesJobs(job: FarmJob, place: KubernetesPlace): string {
  const indexed = {
    completionMode: 'Indexed',
    completions: job.tasks,
    parallelism: job.tasks,
    backoffLimitPerIndex: RENDER_RETRIES,
  };
  const render = oneJob(`${job.name}-render`, renderArgs(job, INDEX), place, indexed);
  const notWaiting = { action: 'FailJob', onExitCodes: { operator: 'NotIn', values: [0, 4] } };
  const waiting = { backoffLimit: JOIN_RETRIES, podFailurePolicy: { rules: [notWaiting] } };
  const join = oneJob(`${job.name}-join`, joinArgs(job), place, waiting);
  return indentedJson({ apiVersion: 'v1', kind: 'List', items: [render, join] });
}

/** Kubernetes puts the pod's index in its place. */
const INDEX = '$(JOB_COMPLETION_INDEX)';

function oneJob(name: string, words: readonly string[], { image, claim, mount }: KubernetesPlace, spec: object) {
  const command = words.map(word => (word.startsWith(INDEX) ? word : word.replaceAll('$', '$$$$')));
  const container = { name: 'kinemacolor', image, command, volumeMounts: [{ name: 'film', mountPath: mount }] };
  const pod = {
    restartPolicy: 'Never',
    containers: [container],
    volumes: [{ name: 'film', persistentVolumeClaim: { claimName: claim } }],
  };
  return { apiVersion: 'batch/v1', kind: 'Job', metadata: { name: dnsName(name) }, spec: { ...spec, template: { spec: pod } } };
}

const LONGEST_NAME = 63;

/** A name as Kubernetes takes it: lower case letters, digits and dashes. */
function dnsName(name: string): string {
  const plain = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(-LONGEST_NAME);
  return plain.replace(/^-+|-+$/g, '');
}
