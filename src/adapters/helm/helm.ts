import type { KubeObject } from '../../model/kube-object.js';
import type { ChartRef, ReleaseRef } from '../../model/refs.js';
import type { Values } from '../../model/values.js';
import type { ChartTree } from './chart-tree.js';

export type { Values };

export interface ChartFacts {
  readonly name: string;
  readonly version: string;
  readonly appVersion?: string;
  /** The chart's constraint on the cluster's version, such as `>=1.21.0-0`. */
  readonly kubeVersion?: string;
  /** Names of dependencies that Chart.yaml demands and that are not in the package. */
  readonly missingDependencies: readonly string[];
}

/** One rendered object. `hooks` is empty for an ordinary one, else the events it is run at (`pre-install`, …). */
export interface Rendered {
  readonly object: KubeObject;
  readonly hooks: readonly string[];
  /** Of a hook: Helm's hook-delete-policy; its default is before-hook-creation, which deletes what is there under the name. */
  readonly deletePolicies: readonly string[];
  /** `helm.sh/resource-policy: keep` */
  readonly kept: boolean;
}

export interface Revision {
  readonly revision: number;
  /** deployed, superseded, failed, pending-install, pending-upgrade, pending-rollback, uninstalling, uninstalled */
  readonly status: string;
  readonly chart: string;
  readonly chartVersion: string;
  readonly appVersion?: string;
  /** Custom labels given at the install (`helm --labels`). */
  readonly labels: Readonly<Record<string, string>>;
  /** Objects of the stored manifest, hooks left out. */
  readonly manifest: readonly KubeObject[];
}

export interface InstallRequest {
  readonly release: ReleaseRef;
  readonly chart: ChartRef;
  readonly values: Values;
  /** Set for charts whose only pre-install hooks are objects that were carried over. */
  readonly noHooks?: true;
  /** Labels on the release's record: whose operation this is. */
  readonly labels: Readonly<Record<string, string>>;
  /** Of each of helm's own operations, in seconds. */
  readonly timeoutSeconds: number;
  readonly description: string;
  /** Tells helm to stop (SIGTERM): it marks the release as failed. The call then fails with the signal's reason. */
  readonly signal?: AbortSignal;
}

/** A chart at hand, for as long as `withChart` lasts: pulled and unpacked once, rendered without a cluster. */
export interface LocalChart extends ChartTree {
  /**
   * `helm template`: objects, hooks, tests and notes as text, the same for Helm 3 and 4; `lookup` finds nothing, schemas are not asked.
   * `everywhere`: in a cluster that has every API the templates ask for, as an upgrade. HelmFailed with helm's words where the chart refuses the values.
   */
  template(values: Values, everywhere?: boolean): Promise<string>;
  /** Helm's own word on the values, schemas of dependencies and rendering included. HelmFailed where it has one. */
  validate(values: Values): Promise<void>;
}

/** The Helm binary and the release records it keeps in Secrets. Every call has a home of its own; a child dies with its worker. */
export interface Helm {
  /** `v4.1.4` */
  version(): Promise<string>;
  /** Reads Chart.yaml of the package, pulling it if need be. HelmFailed with helm's words where it cannot be had. */
  inspectChart(chart: ChartRef): Promise<ChartFacts>;
  /** The chart's own values.yaml. */
  defaultValues(chart: ChartRef): Promise<Values>;
  /** The chart's objects and hooks as a dry run on the server renders them: `lookup` answers what is there. */
  render(release: ReleaseRef, chart: ChartRef, values: Values): Promise<readonly Rendered[]>;
  /** The chart's package at hand while the work lasts. HelmFailed where it cannot be had. */
  withChart<T>(chart: ChartRef, work: (local: LocalChart) => Promise<T>): Promise<T>;
  /** The newest revision's record, from its Secret; undefined where the release does not exist. */
  latest(release: ReleaseRef): Promise<Revision | undefined>;
  /** What the newest revision was given by its user; undefined where the release does not exist. */
  values(release: ReleaseRef): Promise<Values | undefined>;
  /** All revisions, oldest first. */
  history(release: ReleaseRef): Promise<readonly Revision[]>;
  /** `helm upgrade --install` without --wait. Answers the new revision. HelmLocked where another operation is pending. */
  upgradeInstall(request: InstallRequest): Promise<Revision>;
  /** Marks a pending revision as failed, by its resourceVersion, after the caller proved its owner dead. No hooks run, no object changes. */
  markFailed(release: ReleaseRef, revision: number): Promise<void>;
  /** Deletes the release's records of the given revisions only: no object, no hook. */
  forget(release: ReleaseRef, revisions: readonly number[]): Promise<void>;
}
