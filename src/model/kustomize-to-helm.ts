import type { Problem } from './plan.js';
import type { ObjectRef, ReleaseRef, WorkloadRef } from './refs.js';
import type { KustomizeToHelmSpec } from './schema/kustomize-to-helm.js';

export type { KustomizeToHelmSpec };

/** owned: an ordinary object of the chart · kept: one with resource-policy keep · hook: made by a pre-install hook · plain: the chart does not make it. */
export type SecretClass = 'owned' | 'kept' | 'hook' | 'plain';

export interface FoundSecret {
  readonly name: string;
  /** Its name in the target namespace. */
  readonly to: string;
  readonly class: SecretClass;
  readonly replace?: { readonly key: string; readonly from: string; readonly to: string };
}

export interface FoundWorkload {
  readonly ref: WorkloadRef;
  readonly replicas: number;
}

export interface FoundVolume {
  readonly claim: string;
  readonly volume: string;
  /** Bytes are no secret: as the claim asks for them, such as `5Gi`. */
  readonly size: string;
  readonly storageClass: string;
  /** The chart makes a claim of this name, so ours gets the release's ownership. */
  readonly inChart: boolean;
}

/** The chart's view: what a dry run on the server rendered. Names only. */
export interface FoundChart {
  readonly name: string;
  readonly version: string;
  readonly appVersion?: string;
  readonly kubeVersion?: string;
  readonly workloads: readonly WorkloadRef[];
  /** Ingresses, routes and Services of type LoadBalancer or NodePort that it shows to users when closed values are applied. */
  readonly exposedWhenClosed: readonly ObjectRef[];
  readonly exposed: readonly ObjectRef[];
  /** Every pre-install hook is a Secret that is carried over: the install may leave hooks out. */
  readonly hooksAreCarried: boolean;
}

/** same | differs | only here, by name; values only of fields on the allow-list (replicas, resources, image, node rules). */
export interface Difference {
  readonly object: string;
  readonly field: string;
  readonly kind: 'differs' | 'only in the source' | 'only in the chart';
  readonly live?: string;
  readonly chart?: string;
}

export interface FoundDatabase {
  readonly host: string;
  readonly admin: { readonly secretRef: { readonly namespace: string; readonly name: string; readonly userKey: string; readonly passwordKey: string } };
}

/** What `inspect` found for a KustomizeToHelm: names and numbers only, below 256 KB. */
export interface KustomizeToHelmInventory {
  readonly serverVersion: string;
  readonly helmVersion: string;
  readonly sourceVersion?: string;
  readonly targetNamespaceExists: boolean;
  readonly release: ReleaseRef;
  readonly chart: FoundChart;
  readonly workloads: readonly FoundWorkload[];
  /** HPAs, CronJobs, Flux and Argo CD owners, KEDA ScaledObjects of the source. */
  readonly owners: readonly ObjectRef[];
  readonly held: readonly ObjectRef[];
  readonly secrets: readonly FoundSecret[];
  /** Workloads of the release that read a hook's Secret, by its name. */
  readonly hookReaders: { readonly [secret: string]: readonly WorkloadRef[] };
  readonly volumes: readonly FoundVolume[];
  readonly adopt: readonly ObjectRef[];
  /** Values filled in from what was found. */
  readonly set: { readonly [path: string]: string };
  readonly differences: readonly Difference[];
  /** Why the chart could not run where it is to go: refused with the plan's other problems. Said by inspection, since rendered manifests never leave the activity. */
  readonly obstacles?: readonly Problem[];
  /** What a reader of the plan should know. Sentences that stay the same while the world does: they are part of the plan's hash. */
  readonly remarks?: readonly string[];
}
