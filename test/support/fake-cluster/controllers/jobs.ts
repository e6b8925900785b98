import type { Job, Pod, PodSpec } from '../../../../src/model/kube-object.js';
import type { Behaviour, JobFate } from '../behaviour.js';
import type { Store } from '../store.js';
import { statusOf, unmounted } from './pods.js';

type Template = {
  readonly metadata?: { readonly labels?: Readonly<Record<string, string>>; readonly annotations?: Readonly<Record<string, string>> };
  readonly spec: PodSpec;
};

export interface Jobs {
  reconcile(): void;
  /** Ends a Job that is still going. */
  end(job: Job, fate: Exclude<JobFate, 'running'>): void;
}

/** The Job controller: one pod per Job, and the end that the test's handler gives it. */
export function createJobs(store: Store, behaviour: Behaviour, logs: Map<string, string>, settled: () => void): Jobs {
  const started = new Set<string>();

  function end({ metadata: { namespace = '', name, uid } }: Job, fate: Exclude<JobFate, 'running'>): void {
    const job = store.get<Job>({ apiVersion: 'batch/v1', kind: 'Job', namespace, name });
    const pod = job && podOf(store, job);
    if (job === undefined || job.metadata.uid !== uid) return;
    if (pod) {
      logs.set(pod.metadata.uid ?? '', fate.log ?? '');
      store.put({ ...pod, status: ended(pod, fate) });
    }
    store.put({ ...job, status: statusAfter(fate) });
    settled();
  }

  function start(job: Job): void {
    const fate = behaviour.job(job);
    if (fate instanceof Promise) void fate.then((later) => later !== 'running' && end(job, later));
    else if (fate !== 'running') end(job, fate);
  }

  function reconcileOne(job: Job): void {
    const { uid = '' } = job.metadata;
    const over = job.status?.conditions?.some(({ type, status }) => ['Complete', 'Failed'].includes(type) && status === 'True');
    if (over || job.metadata.deletionTimestamp || job.spec['suspend'] === true || started.has(uid)) return;
    const pod = podOf(store, job) ?? store.put(firstPod(job));
    const held = unmounted(store, pod);
    store.put({ ...pod, status: statusOf(pod, held ?? 'ready') });
    store.put({ ...job, status: { active: 1 } });
    if (held) return;
    started.add(uid);
    start(job);
  }

  return { end, reconcile: () => store.all<Job>('batch/v1', 'Job').forEach(reconcileOne) };
}

const podOf = (store: Store, job: Job): Pod | undefined =>
  store.all<Pod>('v1', 'Pod', job.metadata.namespace).find((pod) => pod.metadata.ownerReferences?.some(({ uid }) => uid === job.metadata.uid));

function firstPod(job: Job): Pod {
  const { name, namespace = '', uid = '' } = job.metadata;
  const template = job.spec['template'] as Template;
  const labels = { ...template.metadata?.labels, 'batch.kubernetes.io/job-name': name, 'job-name': name, 'batch.kubernetes.io/controller-uid': uid };
  const ownerReferences = [{ apiVersion: 'batch/v1', kind: 'Job', name, uid, controller: true }];
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: `${name}-${uid.slice(-5)}`, namespace, labels, ownerReferences },
    spec: { nodeName: 'node-1', ...template.spec },
  };
}

function ended(pod: Pod, fate: Exclude<JobFate, 'running'>): NonNullable<Pod['status']> {
  const failed = 'failed' in fate;
  const status = statusOf(pod, { ended: failed ? 'Failed' : 'Succeeded', ...(failed && fate.exitCode !== undefined && { exitCode: fate.exitCode }) });
  const message = failed ? fate.failed : fate.message;
  if (message === undefined) return status;
  const told = (status.containerStatuses ?? []).map((each) => ({
    ...each,
    state: { terminated: { ...(each.state?.terminated ?? { exitCode: 0 }), message } },
  }));
  return { ...status, containerStatuses: told };
}

function statusAfter(fate: Exclude<JobFate, 'running'>): NonNullable<Job['status']> {
  return 'failed' in fate
    ? { failed: 1, conditions: [{ type: 'Failed', status: 'True', reason: 'BackoffLimitExceeded', message: fate.failed }] }
    : { succeeded: 1, conditions: [{ type: 'Complete', status: 'True' }] };
}
