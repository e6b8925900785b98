import type { ChartUpgradeInventory, ChartUpgradeSpec, FoundUpgrade, UpgradedBefore } from '../model/chart-upgrade.js';
import type { Phase, Plan } from '../model/plan.js';
import { type ObjectRef, showRef } from '../model/refs.js';
import { backUp, fill, readOldData } from './chart-upgrade-databases.js';
import { notesOf } from './chart-upgrade-notes.js';
import { installEmpty, open, prepareValues, start, verify } from './chart-upgrade-release.js';
import { retained, setAside } from './chart-upgrade-volumes.js';
import type { TypedStep } from './step.js';
import { stopWriters } from './stop-writers.js';

type Found = FoundUpgrade;
type Spec = ChartUpgradeSpec;

/** How long pods of the release may take to end, in seconds. */
const endSeconds = 600;
/** How long the old release may take to serve again when the run is taken back, in seconds. */
const backSeconds = 900;

/**
 * Reads like the vendor's guide for a chart that replaces its databases. Pure: the preview, the docs and the run call the same function.
 * Old and new release have one name, so nothing of them lives side by side: what the old one leaves is kept until the finalize.
 */
export function planChartUpgrade(spec: Spec, found: ChartUpgradeInventory): Plan {
  if ('done' in found) return nothingToDo(found);
  const { release, deployed, chart } = found;
  const inspected = found.databases.flatMap(({ name, facts }) => (facts ? [{ name, facts }] : []));
  return {
    kind: 'ChartUpgrade',
    title: `Upgrade release ${release.namespace}/${release.name} from ${deployed.chart} ${deployed.chartVersion} to ${chart.name} ${chart.version}`,
    locks: locksOf(spec),
    notes: notesOf(spec, found),
    ...(inspected.length > 0 && { inspected }),
    phases: phasesOf(spec, found).filter(({ steps }) => steps.length > 0),
  };
}

const nothingToDo = ({ release, done }: UpgradedBefore): Plan => ({
  kind: 'ChartUpgrade',
  title: `Release ${release.namespace}/${release.name} is ${done.chart} ${done.chartVersion} already, since revision ${done.revision}: nothing to do`,
  locks: [],
  leavesNothing: true,
  notes: [],
  phases: [],
});

const phasesOf = (spec: Spec, found: Found): readonly Phase[] => [
  prepare(spec, found),
  hold(found),
  { id: 'stop', title: 'Stop the writers', steps: stopWriters({ namespace: spec.source.namespace, ...found }) },
  backUp(spec, found),
  uninstall(spec, found),
  installEmpty(spec, found),
  fill(spec, found),
  start(spec, found),
  verify(spec, found),
  open(spec, found),
];

/** What no other run may touch meanwhile. */
export const locksOf = ({ source: { namespace, release }, databases }: Spec): readonly string[] => [
  `release/${namespace}/${release}`,
  ...(databases.length > 0 ? [`database/${namespace}/${namespace}/${release}`] : []),
];

/** Guide 002, "Before the migration": everything that users do not notice. */
function prepare(spec: Spec, found: Found): Phase {
  return { id: 'prepare', title: 'Prepare', gate: 'start', steps: [prepareValues(spec, found), ...retained(found)] };
}

/** Users are held out from here until the commit, or until the run is taken back. */
function hold({ held, former }: Found): Phase {
  const withdraw = (object: ObjectRef): TypedStep => ({
    id: `hold/${object.kind}/${object.name}`,
    step: 'holdTraffic',
    title: `Withdraw ${showRef(object)}`,
    group: 'hold',
    input: { object },
  });
  const back: TypedStep = {
    id: 'back',
    step: 'awaitSourceBack',
    title: 'On the way back only: the old release serves again before users are let in',
    input: { workloads: former, withinSeconds: backSeconds },
  };
  return { id: 'hold', title: 'Hold traffic', doors: 'close', steps: [...held.map(withdraw), back] };
}

/** Guide 002, steps 3 and 4. The old volumes keep their data under claims of another name: a Released volume is what clean-ups delete. */
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
    steps: [end, ...setAside(spec, found), ...forget(spec), ...readOldData(spec, found)],
  };
}

/** Guide 002, step 4: the new chart makes them anew, under its own keys. */
const forget = ({ source: { namespace }, secrets }: Spec): readonly TypedStep[] =>
  secrets.regenerate.map((name): TypedStep => {
    const object = { apiVersion: 'v1', kind: 'Secret', namespace, name };
    return {
      id: `forget/${name}`,
      step: 'deleteObject',
      title: `Delete ${showRef(object)}, where the release has left it`,
      group: 'forget',
      input: { object },
    };
  });
