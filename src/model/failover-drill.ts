import type { DrillTarget, Expectation, Failback, Fault, Load, Profile, StopWhen } from './drill.js';
import type { Problem } from './plan.js';
import type { Window } from './schedule/window.js';
import type { FailoverDrillSpec } from './schema/failover-drill.js';

export type { FailoverDrillSpec };

export interface FoundMember {
  readonly name: string;
  readonly node: string;
}

/** What `inspect` found for a FailoverDrill: names and numbers only. Who is primary is read by the driver, right before the fault. */
export interface FailoverDrillInventory {
  readonly serverVersion: string;
  readonly members: readonly FoundMember[];
  /** Nodes that can take driver and guard. */
  readonly freeNodes: readonly string[];
  /** Pods of others that go down with a node, `NAMESPACE/NAME on NODE`. */
  readonly collateral: readonly string[];
  /** Admins say which namespaces are not. */
  readonly isProduction: boolean;
  /** Why the drill must not be run: refused with the plan's other problems. */
  readonly obstacles: readonly Problem[];
}

/** What the steps of one course are told; secrets by reference. */
export interface CourseInput {
  readonly profile: Profile;
  readonly target: DrillTarget;
  readonly login?: { readonly namespace: string; readonly name: string; readonly userKey: string; readonly passwordKey: string };
  readonly fault: Fault;
  /** Name of the controller that switches nodes. */
  readonly power?: string;
  readonly load: Load;
  readonly expect: Expectation;
  readonly members: readonly FoundMember[];
  /** When it may be run. */
  readonly window?: Window;
  readonly stopWhen?: StopWhen;
  readonly failback?: Failback;
}
