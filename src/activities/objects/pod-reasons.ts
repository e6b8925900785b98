import type { KubeReader } from '../../adapters/kube/kube.js';
import { isFailure } from '../../errors.js';
import { hasCondition } from '../../model/has-condition.js';
import type { Condition, ContainerStatus, KubeObject, Pod, Workload } from '../../model/kube-object.js';
import type { WorkloadRef } from '../../model/refs.js';
import { clip } from './clip.js';
import { matchLabels } from './labels.js';

type KubeEvent = KubeObject & { readonly type?: string; readonly reason?: string; readonly message?: string; readonly lastTimestamp?: string };

/** More pods of one workload tell the same. */
const maxPods = 3;
const maxEvents = 3;
const logLines = 5;

export async function podsOf(kube: KubeReader, { namespace }: WorkloadRef, workload: Workload): Promise<readonly Pod[]> {
  return kube.list<Pod>({ apiVersion: 'v1', kind: 'Pod', namespace, labelSelector: matchLabels(workload.spec.selector) });
}

const isReady = (pod: Pod): boolean => hasCondition(pod, 'Ready');
const containersOf = ({ status }: Pod): readonly ContainerStatus[] => [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])];

/** What the statuses say, without a further call: `web: ImagePullBackOff (…)`. Empty while nothing is wrong that is known. */
export function shortReasons(pods: readonly Pod[]): readonly string[] {
  return [...new Set(pods.filter((pod) => !isReady(pod)).flatMap((pod) => [...containersOf(pod).flatMap(reasonOf), ...unscheduled(pod)]))];
}

const harmless = new Set(['ContainerCreating', 'PodInitializing']);

const quoted = (message: string | undefined): string => (message ? ` (${clip(message)})` : '');

function reasonOf({ name, state, lastState, restartCount = 0 }: ContainerStatus): readonly string[] {
  const all = [
    ...whyWaiting(state?.waiting),
    ...howEnded(lastState?.terminated ?? state?.terminated),
    ...(restartCount > 0 ? [`${restartCount} restarts`] : []),
  ];
  return all.length > 0 ? [`${name}: ${all.join(', ')}`] : [];
}

type State = NonNullable<ContainerStatus['state']>;

const whyWaiting = (waiting: State['waiting']): readonly string[] =>
  waiting?.reason === undefined || harmless.has(waiting.reason) ? [] : [`${waiting.reason}${quoted(waiting.message)}`];

const howEnded = (ended: State['terminated']): readonly string[] =>
  !ended || ended.exitCode === 0 ? [] : [`last ended with exit code ${ended.exitCode}${ended.reason ? `, ${ended.reason}` : ''}${quoted(ended.message)}`];

const unscheduled = ({ status }: Pod): readonly string[] =>
  (status?.conditions ?? []).flatMap(({ type, status: is, message, reason }) =>
    type === 'PodScheduled' && is === 'False' ? [`not scheduled: ${clip(message ?? reason ?? 'no node takes it')}`] : [],
  );

/** Why a workload's pods aren't ready, one line each: states, warnings of the cluster, last lines of the log. Clipped and redacted. */
export async function workloadReasons(kube: KubeReader, ref: WorkloadRef): Promise<readonly string[]> {
  const workload = await kube.get<Workload & { readonly status?: { readonly conditions?: readonly Condition[] } }>(ref);
  if (!workload) return ['is not there'];
  const pods = (await podsOf(kube, ref, workload)).filter((pod) => !isReady(pod));
  // A quota or an admission that refuses pods shows on the workload only.
  const refused = (workload.status?.conditions ?? []).filter(({ type, status }) => type === 'ReplicaFailure' && status === 'True');
  return [...refused.map(({ message = 'pods cannot be made' }) => clip(message)), ...(await podReasons(kube, pods))];
}

/** The same for pods that are given. */
export async function podReasons(kube: KubeReader, pods: readonly Pod[]): Promise<readonly string[]> {
  return Promise.all(pods.slice(0, maxPods).map((pod) => describe(kube, pod)));
}

async function describe(kube: KubeReader, pod: Pod): Promise<string> {
  const [events, lines] = await Promise.all([warningsOf(kube, pod), lastLines(kube, pod)]);
  const said = [...shortReasons([pod]), ...events.map((event) => `event ${event}`), ...lines.map((line) => `log: ${line}`)];
  return `Pod ${pod.metadata.name} (${pod.status?.phase ?? 'Unknown'}): ${said.join('; ') || 'running, but not ready: its readiness probe does not pass'}`;
}

async function warningsOf(kube: KubeReader, { metadata: { namespace = '', uid = '' } }: Pod): Promise<readonly string[]> {
  const events = await kube.list<KubeEvent>({ apiVersion: 'v1', kind: 'Event', namespace, fieldSelector: `involvedObject.uid=${uid}` });
  const warnings = events.filter(({ type }) => type === 'Warning').toSorted((a, b) => ((a.lastTimestamp ?? '') < (b.lastTimestamp ?? '') ? -1 : 1));
  return [...new Set(warnings.map(({ reason = '', message = '' }) => `${reason}: ${clip(message)}`))].slice(-maxEvents);
}

async function lastLines(kube: KubeReader, pod: Pod): Promise<readonly string[]> {
  const { name, namespace = '' } = pod.metadata;
  const worst = containersOf(pod).find(({ ready }) => !ready);
  if (!worst) return [];
  const query = { namespace, name, container: worst.name, tailLines: logLines };
  try {
    const now = await kube.logs(query);
    const text = now === '' && (worst.restartCount ?? 0) > 0 ? await kube.logs({ ...query, previous: true }) : now;
    return text
      .split('\n')
      .filter(Boolean)
      .slice(-logLines)
      .map((line) => clip(line));
  } catch (error) {
    // The reasons are for a message about something else that went wrong: a log that cannot be had must not hide it.
    if (!isFailure(error, 'NotFound', 'Invalid', 'Unreachable', 'Forbidden')) throw error;
    return [];
  }
}
