import type { ChartUpgradeInventory, ChartUpgradeSpec, FoundUpgrade } from '../model/chart-upgrade.js';
import type { Phase, Plan } from '../model/plan.js';
import { holdRelease, nothingToDo, open, prepareValues, probe } from './changed-chart.js';
import { movedDatabases, proveRebound } from './chart-upgrade-databases.js';
import { notesOf } from './chart-upgrade-notes.js';
import { installEmpty, startNew } from './chart-upgrade-release.js';
import { exchangeSecrets, keepSecrets } from './chart-upgrade-secrets.js';
import { giveNames } from './chart-upgrade-volumes.js';
import { retain } from './former-policies.js';
import { inspectedOf } from './inspected.js';
import { backUp, fill, readOldData, rename } from './moved-database.js';
import type { TypedStep } from './step.js';
import { stopWriters } from './stop-writers.js';

type Found = FoundUpgrade;
type Spec = ChartUpgradeSpec;

/** How long pods of the release may take to end, in seconds. */
const endSeconds = 600;

/**
 * Reads like the vendor's guide for a chart that replaces its databases. Pure: the preview, the docs and the run call the same function.
 * Old and new release have one name, so nothing of them lives side by side: what the old one leaves is kept until the finalize.
 */
export function planChartUpgrade(spec: Spec, found: ChartUpgradeInventory): Plan {
  if ('done' in found) return nothingToDo('ChartUpgrade', found);
  const { release, deployed, chart } = found;
  return {
    kind: 'ChartUpgrade',
    title: `Upgrade release ${release.namespace}/${release.name} from ${deployed.chart} ${deployed.chartVersion} to ${chart.name} ${chart.version}`,
    locks: locksOf(spec),
    notes: notesOf(spec, found),
    ...inspectedOf(found.databases),
    phases: phasesOf(spec, found).filter(({ steps }) => steps.length > 0),
  };
}

const phasesOf = (spec: Spec, found: Found): readonly Phase[] => [
  prepare(spec, found),
  holdRelease(found),
  { id: 'stop', title: 'Stop the writers', steps: stopWriters({ namespace: spec.source.namespace, ...found }) },
  dump(spec, found),
  uninstall(spec, found),
  installEmpty(spec, found),
  fillNew(spec, found),
  startNew(spec, found),
  { id: 'verify', title: 'Verify', steps: probe(spec, found) },
  open(spec, found),
];

/** What no other run may touch meanwhile. */
export const locksOf = ({ source: { namespace, release }, databases }: Spec): readonly string[] => [
  `release/${namespace}/${release}`,
  ...(databases.length > 0 ? [`database/${namespace}/${namespace}/${release}`] : []),
];

/** Guide 002, "Before the migration": everything that users do not notice. */
function prepare(spec: Spec, found: Found): Phase {
  return { id: 'prepare', title: 'Prepare', gate: 'start', steps: [prepareValues(spec, found), ...found.volumes.map(retain), ...keepSecrets(spec)] };
}

/** Guide 002, "Create backup-pod.yaml" and step 2. */
const dump = (spec: Spec, found: Found): Phase => ({ id: 'backup', title: 'Dump', steps: movedDatabases(spec, found).flatMap((database) => backUp(database)) });

/** Guide 002, steps 3 and 4. */
function uninstall(spec: Spec, found: Found): Phase {
  const { release } = found;
  const end: TypedStep = {
    id: 'uninstall',
    step: 'uninstallRelease',
    title: `Uninstall ${release.namespace}/${release.name}, claims kept`,
    input: { release, withinSeconds: endSeconds },
    withinSeconds: endSeconds,
  };
  return {
    id: 'uninstall',
    title: 'Uninstall',
    steps: [end, ...giveNames(spec, found), ...exchangeSecrets(spec, found), ...readOldData(movedDatabases(spec, found))],
  };
}

/** Guide 002, step 6: filled beside what the chart has made, proved, and only then under its name. Old and new server share a Service and never run side by side. */
function fillNew(spec: Spec, found: Found): Phase {
  const databases = movedDatabases(spec, found);
  return { id: 'fill', title: 'Fill the new databases', steps: [...proveRebound(spec, found), ...fill(databases), ...rename(databases)] };
}
