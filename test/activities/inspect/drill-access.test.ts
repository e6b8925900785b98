import { rights } from '../../../src/activities/drill/drill-manifests.js';
import { drillAccess } from '../../../src/activities/inspect/drill-access.js';
import { failoverDrillSchema } from '../../../src/model/schema/failover-drill.js';
import { nodeOffDrill } from '../../support/drill/orders.js';
import { course } from '../../support/drill-course.js';

type Role = {
  readonly kind: string;
  readonly metadata: { readonly namespace?: string };
  readonly rules?: readonly { readonly resources: readonly string[]; readonly verbs: readonly string[] }[];
};

const planned = (how: 'outOfService' | 'forceDelete' | undefined) => ({
  fault: { ...course.fault, ...(how && { stuckPods: how }) },
  failback: { command: ['switchover'], withinSeconds: 60 },
});

test.each([undefined, 'outOfService', 'forceDelete'] as const)('the worker is asked for every right that it grants (stuck pods: %s)', (how) => {
  const failback = { command: ['switchover'], within: '1m' };
  const spec = failoverDrillSchema.parse({ ...nodeOffDrill, failback, ...(how && { stuckPods: { [how]: 'whenNodeIsOff' } }) });
  const asked = drillAccess(spec);
  const granted = (rights('drill-1', 'orders', planned(how)) as unknown as readonly Role[]).flatMap(({ metadata: { namespace }, rules = [] }) =>
    rules.flatMap(({ resources, verbs }) => resources.flatMap((resource) => verbs.map((verb) => ({ namespace, resource, verb })))),
  );
  expect(granted.length).toBeGreaterThan(10);
  const lacking = granted.filter(
    ({ namespace, resource, verb }) =>
      !asked.some((need) => need.namespace === namespace && need.group === '' && need.resource === resource && need.verbs.includes(verb)),
  );
  expect(lacking).toEqual([]);
});
