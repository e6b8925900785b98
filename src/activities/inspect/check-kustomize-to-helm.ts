import type { KustomizeToHelmInventory, KustomizeToHelmSpec } from '../../model/kustomize-to-helm.js';
import type { Problem, ShownPlan } from '../../model/plan.js';
import { showRef } from '../../model/refs.js';
import { showDifference } from '../../plans/kustomize-to-helm-notes.js';
import type { Adapters } from '../adapters.js';
import type { checkSteps } from '../journaled.js';
import { checkAccess } from './check-access.js';
import { checkNamespace } from './check-namespace.js';
import { satisfies } from './kube-version.js';

interface Checked {
  readonly spec: KustomizeToHelmSpec;
  readonly inventory: KustomizeToHelmInventory;
  readonly shown: ShownPlan;
}

/** Every reason against the plan, gathered before anything is touched: what concerns it as a whole, and what each of its steps objects to. */
export function checkKustomizeToHelm({ kube, locks }: Pick<Adapters, 'kube' | 'locks'>, ofSteps: ReturnType<typeof checkSteps>) {
  return {
    async checkKustomizeToHelm({ spec, inventory, shown }: Checked): Promise<readonly Problem[]> {
      const steps = shown.plan.phases.flatMap((phase) => phase.steps);
      const found = await Promise.all([checkLocks(locks, shown), checkAccess(kube, spec), checkNamespace(kube, spec, inventory), ofSteps({ steps })]);
      return [...versions(inventory), ...differences(spec, inventory), ...exposures(spec, inventory), ...found.flat()];
    },
  };
}

async function checkLocks(locks: Adapters['locks'], { plan }: ShownPlan): Promise<readonly Problem[]> {
  const holders = await Promise.all(plan.locks.map(async (key) => ({ key, holder: await locks.holder(key) })));
  return holders.flatMap(({ key, holder }) =>
    holder
      ? [
          {
            check: 'lock',
            message: `${key} is held by run ${holder.run} (workflow ${holder.workflowId}, ${holder.state} since ${holder.since}): finalize it or roll it back first`,
          },
        ]
      : [],
  );
}

function versions({ chart, serverVersion }: KustomizeToHelmInventory): readonly Problem[] {
  const { kubeVersion } = chart;
  return kubeVersion === undefined || satisfies(serverVersion, kubeVersion)
    ? []
    : [{ check: 'kubeVersion', message: `the chart wants Kubernetes ${kubeVersion}, the server is ${serverVersion}` }];
}

const differences = ({ target }: KustomizeToHelmSpec, inventory: KustomizeToHelmInventory): readonly Problem[] =>
  target.compareWithLive === 'report' ? [] : inventory.differences.map((difference) => ({ check: 'compareWithLive', message: showDifference(difference) }));

/** What shows the product to users before the commit must be closed by values; nothing else closes it before its first pod is Ready. */
const exposures = ({ traffic }: KustomizeToHelmSpec, { chart }: KustomizeToHelmInventory): readonly Problem[] =>
  chart.exposedWhenClosed.map((ref) => ({
    check: 'traffic.closed',
    message: `${showRef(ref)} shows the target to users ${traffic.closed ? 'in spite of' : 'without'} traffic.closed.set: name the values by which it comes up closed`,
  }));
