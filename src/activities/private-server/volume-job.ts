import { isCreated } from '../../adapters/kube/is-created.js';
import type { Kube, KubeReader } from '../../adapters/kube/kube.js';
import { labelValue } from '../../adapters/kube/label-value.js';
import { failure, isFailure } from '../../errors.js';
import type { Act } from '../../model/act.js';
import { hasCondition } from '../../model/has-condition.js';
import type { Container, Job, Pod, PodSpec } from '../../model/kube-object.js';
import { type DataVolume, privateName } from '../../model/private-server.js';
import { copierFailure, readOutput } from '../copier/copier-output.js';
import { untilNoPods } from '../objects/end-pods.js';
import { jobOnce } from '../objects/job-once.js';
import { podReasons } from '../objects/pod-reasons.js';
import { until } from '../objects/until.js';
import { dataVolume, podSecurity, tolerations } from './data-pod.js';

const logLines = 60;

export interface VolumeJob {
  readonly volume: DataVolume;
  /** What it does; with the claim's name its own. */
  readonly task: string;
  readonly container: Container;
  /** Beside the claim's. */
  readonly volumes?: PodSpec['volumes'];
  readonly pullSecrets?: readonly string[];
  /** Where somebody else has the claim: a second node would never get it. */
  readonly node?: string;
  readonly withinSeconds: number;
}

const labelOfJob = 'rehelm.dev/volume-job';
const nameOf = ({ volume, task }: Pick<VolumeJob, 'volume' | 'task'>): string => `${privateName(volume.claim)}-${task}`;
const refOf = (job: Pick<VolumeJob, 'volume' | 'task'>) =>
  ({ apiVersion: 'batch/v1', kind: 'Job', namespace: job.volume.claim.namespace, name: nameOf(job) }) as const;

const on = (node: string) => ({ matchFields: [{ key: 'metadata.name', operator: 'In', values: [node] }] });

export function volumeJob(job: VolumeJob, act: Act): Job {
  const { volume, container, volumes = [], pullSecrets = [], node } = job;
  const labels = { [labelOfJob]: labelValue(nameOf(job)) };
  const spec = {
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    securityContext: podSecurity(volume),
    tolerations,
    ...(node !== undefined && { affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [on(node)] } } } }),
    ...(pullSecrets.length > 0 && { imagePullSecrets: pullSecrets.map((name) => ({ name })) }),
    containers: [container],
    volumes: [dataVolume(volume), ...volumes],
  };
  const { namespace, name } = refOf(job);
  return jobOnce({ metadata: { namespace, name, labels }, spec }, act);
}

const podsOfJob = (job: Pick<VolumeJob, 'volume' | 'task'>) => ({
  namespace: job.volume.claim.namespace,
  labelSelector: `${labelOfJob}=${labelValue(nameOf(job))}`,
});

/** Removes the Job and waits for its pod. Safe to repeat. */
export async function endVolumeJob(kube: Kube, job: Pick<VolumeJob, 'volume' | 'task' | 'withinSeconds'>, act: Act): Promise<void> {
  await kube.writeAs(act).remove(refOf(job), { propagation: 'Background' });
  await untilNoPods(kube, [podsOfJob(job)], job.withinSeconds);
}

/**
 * Runs a program next to the volume and answers its last line; starts the Job or attaches to the one that runs. Its failure comes as one of src/errors.ts;
 * NotReady where it ended without a word, for a retry to start the next one. The Job is removed once it is over.
 */
export async function runVolumeJob<Result>(kube: Kube, job: VolumeJob, act: Act): Promise<Result> {
  await isCreated(kube.writeAs(act).create(volumeJob(job, act)));
  let log = '';
  let reasons = '';
  const ref = refOf(job);
  await until(job.withinSeconds, `Job ${ref.name} to end`, async () => {
    const found = await kube.get<Job>(ref);
    const [pod] = await kube.list<Pod>({ apiVersion: 'v1', kind: 'Pod', ...podsOfJob(job) });
    log = pod ? await logOf(kube, pod, job.container.name) : log;
    if (!found || hasCondition(found, 'Complete') || hasCondition(found, 'Failed')) {
      reasons = await reasonsOf(kube, pod);
      return 'yes';
    }
    return { notYet: lastLine(log) || (await reasonsOf(kube, pod)) };
  });
  await endVolumeJob(kube, job, act);
  const output = readOutput<Result>(log);
  if (output.failure) throw copierFailure(`${job.task} on the volume of ${job.volume.claim.name}`, output);
  if (output.result === undefined) throw failure('NotReady', `Job ${ref.name} ended without a result: ${reasons}; ${output.noise.join(' | ')}`);
  return output.result;
}

const lastLine = (log: string): string => log.trim().split('\n').at(-1)?.slice(0, 300) ?? '';
const reasonsOf = async (kube: KubeReader, pod: Pod | undefined): Promise<string> =>
  pod ? (await podReasons(kube, [pod])).join('; ') : 'no pod of it was made';

/** Empty where it cannot be had: its node may be off, or the pod just gone. */
export async function logOf(kube: KubeReader, { metadata: { namespace = '', name } }: Pod, container: string): Promise<string> {
  try {
    return await kube.logs({ namespace, name, container, tailLines: logLines });
  } catch (error) {
    if (!isFailure(error, 'NotFound', 'Unreachable', 'Invalid')) throw error;
    return '';
  }
}
