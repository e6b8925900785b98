import type { FinalizedRun, FinalizeInventory } from '../model/finalize.js';
import type { Phase, Plan } from '../model/plan.js';
import { finalizeChartUpgrade } from './finalize-chart-upgrade.js';
import { finalizeDatabaseCopy } from './finalize-database-copy.js';
import { finalizeDatabaseRestore } from './finalize-database-restore.js';
import { finalizeDatabaseUpgrade } from './finalize-database-upgrade.js';
import { finalizeKustomizeToHelm } from './finalize-kustomize-to-helm.js';
import { finalizePostgresToHa } from './finalize-postgres-to-ha.js';

/** Drops what a rollback would need. Shown and approved by its own hash before anything goes. */
export function planFinalize({ title, locks, early }: FinalizedRun, found: FinalizeInventory): Plan {
  return {
    kind: 'Finalize',
    title: `Finalize: ${title}`,
    locks,
    notes: ['After this the run cannot be rolled back', ...(early ? [`Before the spec's time, because ${early}`] : [])],
    phases: phasesOf(found)
      .filter(({ steps }) => steps.length > 0)
      .map((phase, index) => (index === 0 ? { ...phase, gate: 'start' as const } : phase)),
  };
}

function phasesOf(found: FinalizeInventory): readonly Phase[] {
  if (found.kind === 'ChartUpgrade') return finalizeChartUpgrade(found);
  if (found.kind === 'DatabaseCopy') return finalizeDatabaseCopy(found);
  if (found.kind === 'PostgresToHA') return finalizePostgresToHa(found);
  if (found.kind === 'DatabaseUpgrade') return finalizeDatabaseUpgrade(found);
  return found.kind === 'DatabaseRestore' ? finalizeDatabaseRestore(found) : finalizeKustomizeToHelm(found);
}
