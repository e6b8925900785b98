import type { Rendered } from '../../adapters/helm/helm.js';
import type { Container, KubeObject, PodSpec } from '../../model/kube-object.js';
import { showRef } from '../../model/refs.js';
import { refOf } from '../objects/ref-of.js';

/** Pods that a chart would have made, by what makes them. */
export interface ChartPods {
  /** For people: `Deployment shop-helm/web`. */
  readonly owner: string;
  readonly replicas: number;
  readonly spec: PodSpec;
}

interface PodMaker extends KubeObject {
  readonly spec?: {
    readonly replicas?: number;
    readonly parallelism?: number;
    readonly template?: { readonly spec?: PodSpec };
    readonly jobTemplate?: { readonly spec?: { readonly template?: { readonly spec?: PodSpec } } };
  };
}

const makers = new Set(['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet', 'Job', 'CronJob']);

/** Pods of workloads, Jobs and hooks alike; tests are run by `helm test` only. A DaemonSet counts once: its pods depend on the nodes. */
export function chartPods(rendered: readonly Rendered[]): readonly ChartPods[] {
  return rendered.flatMap(({ object, hooks }) => {
    if (!makers.has(object.kind) || (hooks.length > 0 && hooks.every((event) => event.startsWith('test')))) return [];
    const { spec } = object as PodMaker;
    const pod = spec?.template?.spec ?? spec?.jobTemplate?.spec?.template?.spec;
    // What a CronJob starts, it starts later.
    const replicas = object.kind === 'CronJob' ? 0 : (spec?.replicas ?? spec?.parallelism ?? 1);
    return pod ? [{ owner: showRef(refOf(object)), replicas, spec: pod }] : [];
  });
}

export const containersOf = ({ containers = [], initContainers = [] }: Partial<PodSpec>): readonly Container[] => [...containers, ...initContainers];
