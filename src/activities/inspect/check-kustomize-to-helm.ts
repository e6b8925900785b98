import type { KustomizeToHelmInventory, KustomizeToHelmSpec } from '../../model/kustomize-to-helm.js';
import type { Problem, ShownPlan } from '../../model/plan.js';
import { showRef } from '../../model/refs.js';
import { showDifference } from '../../plans/kustomize-to-helm-notes.js';
import type { Adapters } from '../adapters.js';
import type { checkSteps } from '../runs/journaled.js';
import { checkAccess } from './check-access.js';
import { checkDatabases } from './check-databases.js';
import { checkLocks } from './check-locks.js';

interface Checked {
  /** Who asks: a run, or a preview. */
  readonly run: string;
  readonly spec: KustomizeToHelmSpec;
  readonly inventory: KustomizeToHelmInventory;
  readonly shown: ShownPlan;
}

/** Steps whose checks ask a database, by way of a Job. */
const databaseSteps = new Set(['fenceDatabase', 'copyDatabase', 'createDatabaseUsers', 'verifyDatabase', 'verifySourceStill']);

/** Every reason against the plan, gathered before anything is touched: what concerns it as a whole, and what each of its steps objects to. */
export function checkKustomizeToHelm(
  { kube, locks, temporal, settings }: Pick<Adapters, 'kube' | 'locks' | 'temporal' | 'settings'>,
  ofSteps: ReturnType<typeof checkSteps>,
) {
  async function checkData({ run, spec, inventory, shown }: Checked): Promise<readonly Problem[]> {
    const unreached = await checkDatabases({ kube, settings }, { run, epoch: await locks.epoch(run), step: 'check' }, spec, inventory.targetNamespaceExists);
    const steps = shown.plan.phases.flatMap((phase) => phase.steps).filter(({ step }) => databaseSteps.has(step));
    // A database that cannot be asked would say so once for each step, after minutes.
    return unreached.length > 0 ? unreached : ofSteps({ run, steps });
  }

  return {
    async checkKustomizeToHelm(checked: Checked): Promise<readonly Problem[]> {
      const { run, spec, inventory, shown } = checked;
      const held = await checkLocks({ locks, temporal }, shown.plan.locks);
      // While another run has the release, whatever else is found is of its making.
      if (held.length > 0) return held;
      const steps = shown.plan.phases.flatMap((phase) => phase.steps).filter(({ step }) => !databaseSteps.has(step));
      const found = await Promise.all([checkAccess(kube, spec, inventory), checkData(checked), ofSteps({ run, steps })]);
      return [...differences(spec, inventory), ...exposures(spec, inventory), ...(inventory.obstacles ?? []), ...found.flat()];
    },
  };
}

const differences = ({ target }: KustomizeToHelmSpec, inventory: KustomizeToHelmInventory): readonly Problem[] =>
  target.compareWithLive === 'report' ? [] : inventory.differences.map((difference) => ({ check: 'compareWithLive', message: showDifference(difference) }));

/** What shows the product to users before the commit must be closed by values; nothing else closes it before its first pod is Ready. */
const exposures = ({ traffic }: KustomizeToHelmSpec, { chart }: KustomizeToHelmInventory): readonly Problem[] =>
  chart.exposedWhenClosed.map((ref) => ({
    check: 'traffic.closed',
    message: `${showRef(ref)} shows the target to users ${traffic.closed ? 'in spite of' : 'without'} traffic.closed.set: name the values by which it comes up closed`,
  }));
