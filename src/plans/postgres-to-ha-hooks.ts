import { counted } from '../model/counted.js';
import type { Phase } from '../model/plan.js';
import type { FoundSingleServer as Found, PostgresToHaSpec as Spec } from '../model/postgres-to-ha.js';
import { showRef } from '../model/refs.js';
import { awaitReady, installId, probe } from './changed-chart.js';
import { retain } from './former-policies.js';
import { backUp, fill, readOldData, rename } from './moved-database.js';
import { movedDatabases } from './postgres-to-ha-databases.js';
import { note, standbys } from './postgres-to-ha-steps.js';
import type { TypedStep } from './step.js';
import { stopWriters } from './stop-writers.js';

/**
 * As the guide has it: helm waits in its pre-upgrade hook for the dump, takes the single server away, brings the members with whatever writes to them, and waits in its post-upgrade
 * hook for the rest. The old database is not fenced: a plain `helm rollback` must find it as it was.
 */
export function phasesBehindHooks(spec: Spec, found: Found): readonly Phase[] {
  const databases = movedDatabases(spec, found);
  const { namespace } = spec.source;
  const stop = (when: string) => stopWriters({ namespace, owners: [], workloads: found.workloads }).map((step) => ({ ...step, id: `${when}/${step.id}` }));
  return [
    { id: 'prepare', title: 'Prepare', gate: 'start', steps: [...note(spec, 'prepare'), ...found.volumes.map(retain)] },
    { id: 'stop', title: 'Stop the writers', doors: 'close', steps: stopWriters({ namespace, ...found }) },
    { id: 'backup', title: 'Dump', steps: [...note(spec, 'backup'), ...databases.flatMap((each) => backUp(each, { fence: false }))] },
    { id: 'helm', title: 'Helm goes on', gate: 'helm', steps: [brought(spec, found), ...note(spec, 'restore')] },
    {
      id: 'fill',
      title: 'Fill the primary',
      // Helm starts them on an empty database; whoever runs it again does so once more.
      steps: [...stop('again'), ...readOldData(databases), ...fill(databases), ...stop('still'), ...rename(databases)],
    },
    { id: 'verify', title: 'Verify', steps: standbys(spec, found) },
    {
      id: 'open',
      title: 'Start the writers',
      commits: true,
      doors: 'open',
      steps: [...(found.brought ?? []).map(startAgain), ...awaitReady('ready', spec, found.chart.workloads), ...probe(spec, found), ...note(spec, 'completed')],
    },
  ];
}

const brought = ({ source, target }: Spec, { release, chart, deployed }: Found): TypedStep => ({
  id: installId,
  step: 'awaitUpgrade',
  proves: true,
  title: `Look that helm has brought ${chart.name} ${chart.version}, and the first member serves`,
  input: {
    release,
    chartVersion: target.version,
    since: deployed.revision,
    gone: { apiVersion: 'apps/v1', kind: 'StatefulSet', namespace: source.namespace, name: source.statefulSet },
    there: { apiVersion: 'apps/v1', kind: 'StatefulSet', namespace: source.namespace, name: target.primary },
    withinSeconds: target.readyWithin,
  },
  changeable: ['withinSeconds'],
  withinSeconds: target.readyWithin,
});

const startAgain = ({ ref: workload, replicas }: Found['workloads'][number]): TypedStep => ({
  id: `start/${workload.kind}/${workload.name}`,
  step: 'scaleUp',
  title: `Start ${showRef(workload)} (${counted(replicas, 'replica')})`,
  group: 'start',
  input: { workload, replicas },
});
