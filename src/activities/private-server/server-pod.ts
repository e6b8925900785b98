import type { KubeReader } from '../../adapters/kube/kube.js';
import type { Act } from '../../model/act.js';
import { hasCondition } from '../../model/has-condition.js';
import type { ContainerStatus, Pod } from '../../model/kube-object.js';
import type { DataVolume, HeldData } from '../../model/private-server.js';
import { copierFailure, readOutput } from '../copier/copier-output.js';
import { madeBy } from '../objects/made-by.js';
import { podReasons, shortReasons } from '../objects/pod-reasons.js';
import type { Answer } from '../objects/until.js';
import { serverLabels } from './server-manifests.js';
import { logOf } from './volume-job.js';

const maxRestarts = 3;

export const serverPods = (volume: DataVolume) => ({
  namespace: volume.claim.namespace,
  labelSelector: Object.entries(serverLabels(volume))
    .map(([key, value]) => `${key}=${value}`)
    .join(','),
});

async function podOf(kube: KubeReader, volume: DataVolume, act: Act): Promise<Pod | undefined> {
  const pods = await kube.list<Pod>({ apiVersion: 'v1', kind: 'Pod', ...serverPods(volume) });
  return pods.find((pod) => madeBy(pod, act));
}

/** Does it serve? Throws what kept the program that stands in its directory from making it ready. */
export async function lookAtServer(kube: KubeReader, volume: DataVolume, act: Act): Promise<Answer> {
  const pod = await podOf(kube, volume, act);
  if (!pod) return { notYet: 'its pod' };
  if (hasCondition(pod, 'Ready')) return 'yes';
  await throwWhatItSaid(kube, pod, volume);
  const restarts = (pod.status?.containerStatuses ?? []).map(({ restartCount = 0 }) => restartCount);
  if (Math.max(0, ...restarts) >= maxRestarts) return { never: (await podReasons(kube, [pod])).join('; ') };
  return { notYet: shortReasons([pod]).join('; ') || 'its server to answer' };
}

const hasFailed = ({ state, lastState }: ContainerStatus): boolean => ((state?.terminated ?? lastState?.terminated)?.exitCode ?? 0) !== 0;

async function throwWhatItSaid(kube: KubeReader, pod: Pod, { claim }: DataVolume): Promise<void> {
  const hold = pod.status?.initContainerStatuses?.find(({ name }) => name === 'hold');
  if (!hold || !hasFailed(hold)) return;
  const output = readOutput(await logOf(kube, pod, 'hold'));
  if (output.failure) throw copierFailure(`the volume of claim ${claim.name}`, output);
}

/** Of the server before ours, as the first look at the directory told; a log that is gone says nothing else. */
export async function wasShutDown(kube: KubeReader, volume: DataVolume, act: Act): Promise<boolean> {
  const pod = await podOf(kube, volume, act);
  return (pod && readOutput<HeldData>(await logOf(kube, pod, 'hold')).result?.wasShutDown) ?? true;
}
