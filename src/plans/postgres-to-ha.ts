import { counted } from '../model/counted.js';
import type { Phase, Plan } from '../model/plan.js';
import type { FoundSingleServer, PostgresToHaInventory, PostgresToHaSpec } from '../model/postgres-to-ha.js';
import {
  aroundHelmSeconds,
  awaitReady,
  chartWithValues,
  emptySet,
  helmSeconds,
  holdRelease,
  installId,
  nothingToDo,
  open,
  prepareValues,
  probe,
  start,
  valuesNotes,
} from './changed-chart.js';
import { retain } from './former-policies.js';
import { inspectedOf } from './inspected.js';
import { backUp, fill, modeOf, readOldData, rename } from './moved-database.js';
import { movedDatabases } from './postgres-to-ha-databases.js';
import { phasesBehindHooks } from './postgres-to-ha-hooks.js';
import { note, standbys } from './postgres-to-ha-steps.js';
import type { TypedStep } from './step.js';
import { stopWriters } from './stop-writers.js';

type Found = FoundSingleServer;
type Spec = PostgresToHaSpec;

/**
 * Reads like the vendor's guide that does it by helm hooks: back up, upgrade, restore; here the first member is filled while it is alone, the others clone it, and
 * the old volume stays under its name. Pure: the preview, the docs and the run call the same function.
 */
export function planPostgresToHa(spec: Spec, found: PostgresToHaInventory): Plan {
  if ('done' in found) return nothingToDo('PostgresToHA', found);
  const { release, members } = found;
  return {
    kind: 'PostgresToHA',
    title: `Take PostgreSQL of release ${release.namespace}/${release.name} from one server to ${counted(members.length, 'member')}`,
    locks: locksOfHa(spec),
    notes: notesOf(spec, found),
    ...inspectedOf(found.databases),
    phases: phasesOf(spec, found).filter(({ steps }) => steps.length > 0),
  };
}

/** What no other run may touch meanwhile. */
export const locksOfHa = ({ source: { namespace, release } }: Pick<Spec, 'source'>): readonly string[] => [
  `release/${namespace}/${release}`,
  `database/${namespace}/${namespace}/${release}`,
];

function phasesOf(spec: Spec, found: Found): readonly Phase[] {
  if (spec.upgrade === 'hooks') return phasesBehindHooks(spec, found);
  const databases = movedDatabases(spec, found);
  return [
    { id: 'prepare', title: 'Prepare', gate: 'start', steps: [...note(spec, 'prepare'), prepareValues(spec, found), ...found.volumes.map(retain)] },
    ...(found.held.length > 0 ? [holdRelease(found)] : []),
    { id: 'stop', title: 'Stop the writers', steps: stopWriters({ namespace: spec.source.namespace, ...found }) },
    { id: 'backup', title: 'Dump', steps: [...note(spec, 'backup'), ...databases.flatMap((each) => backUp(each))] },
    upgrade(spec, found),
    {
      id: 'fill',
      title: 'Fill the first member',
      steps: [...note(spec, 'restore'), ...readOldData(databases), ...fill(databases), ...rename(databases)],
    },
    { id: 'grow', title: 'Clone the others', steps: [...note(spec, 'grow'), ...start(spec, found), ...standbys(spec, found)] },
    { id: 'verify', title: 'Verify', steps: probe(spec, found) },
    open(spec, found, note(spec, 'completed')),
  ];
}

/** Helm takes the single server away and brings one member, which nobody writes to. */
function upgrade(spec: Spec, found: Found): Phase {
  const { release, chart } = found;
  const step: TypedStep = {
    id: installId,
    step: 'upgradeChart',
    title: `helm upgrade ${release.name} to ${chart.name} ${chart.version}, one member and no writers`,
    input: { release, ...chartWithValues(spec), set: emptySet(spec, found), timeoutSeconds: helmSeconds },
    changeable: ['values', 'set'],
    withinSeconds: aroundHelmSeconds,
  };
  return { id: 'upgrade', title: 'Upgrade', steps: [...note(spec, 'upgrade'), step, ...awaitReady('first', spec, found.first)] };
}

/** What a person must know before approving. */
const notesOf = (spec: Spec, found: Found): readonly string[] => [
  ...valuesNotes(spec, found),
  ...spec.databases.map((database) =>
    modeOf(database) === 'copy'
      ? `Database ${database.name} is copied from the old volume by a server of the run's own, once helm has taken the single one away`
      : `Database ${database.name} is dumped from the single server, and restored into the first member`,
  ),
  ...(spec.upgrade === 'hooks'
    ? ['The old database is not shut: a plain helm rollback finds it as it was. Whoever writes to it beside those that are stopped would be missed']
    : []),
  ...found.databases.flatMap(({ name, notes }) => notes.map((each) => `${name}: ${each}`)),
  ...found.volumes.map(({ claim, size }) => `Claim ${claim} (${size}) keeps its name and its data until the finalize: whoever rolls back by helm finds it`),
  ...found.remarks,
];
