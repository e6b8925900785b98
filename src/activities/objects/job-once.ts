import { labelValue } from '../../adapters/kube/label-value.js';
import { type Act, labels as ofRun } from '../../model/act.js';
import type { Job, KubeObject, PodSpec } from '../../model/kube-object.js';

/** In seconds. A Job that nobody comes back for goes after this time, and what it owns with it. */
const keepSeconds = 86_400;

export interface JobOnce {
  readonly metadata: KubeObject['metadata'];
  /** Default: the Job's own. */
  readonly podLabels?: Readonly<Record<string, string>>;
  readonly spec: PodSpec;
}

/** A Job of one pod, started once: whoever wants another says so. */
export function jobOnce({ metadata, podLabels = metadata.labels, spec }: JobOnce, { run, step }: Act): Job {
  // The guard labels what is created; pods are made by the Job's controller.
  const labels = { ...podLabels, [ofRun.run]: labelValue(run), [ofRun.step]: labelValue(step) };
  const template = { metadata: { labels }, spec: { ...spec, restartPolicy: 'Never' } };
  return { apiVersion: 'batch/v1', kind: 'Job', metadata, spec: { backoffLimit: 0, ttlSecondsAfterFinished: keepSeconds, template } };
}
