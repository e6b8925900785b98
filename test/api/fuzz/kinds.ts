import type { DrillResult } from '../../../src/model/drill.js';
import type { Plan } from '../../../src/model/plan.js';
import type { Policy } from '../../../src/model/policy.js';
import { specKinds } from '../../../src/model/schema/kinds.js';
import { drillSteps } from '../../support/drill-kind.js';
import { keep } from '../../support/shop.js';
import { unattended } from '../../support/unattended.js';

/** A person is asked once, and nothing is waited for. */
const policy: Policy = { ...unattended, start: 'ask', failureWaitSeconds: 3600, planFreshSeconds: 3600, searchAttributes: true };

interface Migration {
  readonly target: { readonly namespace: string; readonly release: string };
}

/** Keeps a volume, then commits: a run that ends a second after its approval, and holds nothing but its own release. */
const planOf = ({ target }: Migration): Plan => ({
  kind: 'KustomizeToHelm',
  title: `Move ${target.release}`,
  locks: [`release/${target.namespace}/${target.release}`],
  notes: [],
  phases: [
    { id: 'prepare', title: 'Prepare', gate: 'start', steps: [keep] },
    { id: 'open', title: 'Open traffic', gate: 'commit', commits: true, steps: [] },
  ],
});

/** Drops nothing, but asks first. */
const finalizePlan: Plan = {
  kind: 'Finalize',
  title: 'Finalize',
  locks: [],
  notes: ['After this the run cannot be rolled back'],
  phases: [{ id: 'objects', title: 'Delete the old product', gate: 'start', steps: [] }],
};

/** As a course tells of a drill in which a pod was away for two seconds. */
export const green: DrillResult = {
  ...{ verdict: 'green', reasons: [], profile: 'asConfigured', fault: 'podDelete', recoverySeconds: 2.4, recoveredBy: 'target' },
  ...{
    outages: [{ from: 0.1, seconds: 2.4 }],
    phases: { detected: 0.1, firstAck: 2.5 },
    timeline: { from: -1, inTime: [20, 2, 0, 9], others: [0, 18, 20, 11] },
  },
  ...{ attempted: 80, acked: 31, unknown: 3, failed: 46, ackedLastSecond: 20, lost: 0, recovered: 3, unexpected: 0, duplicates: 0, changed: 0, rpoSeconds: 0 },
  ...{ errorRate: 0.8, p50Ms: 12, p99Ms: 1000, steadyP99Ms: 30, twoPrimaries: { seen: 0, acknowledged: 0 }, latenessMs: 4, diffAfter: [] },
};

/** Of every spec that fits its schema there is a plan, and every drill is green. */
export const fuzzedKinds = {
  inspectKustomizeToHelm: async ({ spec }: { readonly spec: unknown }) => ({ spec, policy, inventory: {} }),
  planKustomizeToHelm: async ({ spec }: { readonly spec: Migration }) => ({ plan: planOf(spec), hash: planHash }),
  checkKustomizeToHelm: async () => [],
  prepareFinalize: async () => ({ spec: specKinds.KustomizeToHelm.example, policy, shown: { plan: finalizePlan, hash: planHash } }),
  ...drillSteps({ verdict: 'green' }),
  driveDrill: async () => green,
};

export const planHash = 'cafe12345678';
