import { counted } from '../model/counted.js';
import type { Phase, Plan } from '../model/plan.js';
import type { FoundSingleServer, PostgresToHaInventory, PostgresToHaSpec } from '../model/postgres-to-ha.js';
import { showRef } from '../model/refs.js';
import {
  aroundHelmSeconds,
  awaitReady,
  chartWithValues,
  emptySet,
  helmSeconds,
  holdTraffic,
  installId,
  nothingToDo,
  open,
  prepareValues,
  probe,
  start,
} from './changed-chart.js';
import { retainId } from './former-policies.js';
import { backUp, backupOf, fill, modeOf, readOldData, rename } from './moved-database.js';
import { movedDatabases, poolerOf, primaryOf } from './postgres-to-ha-databases.js';
import type { TypedStep } from './step.js';
import { stopWriters } from './stop-writers.js';

type Found = FoundSingleServer;
type Spec = PostgresToHaSpec;

/** How long standbys may take to clone the primary and to catch up, in seconds. */
const cloneSeconds = 86_400;

/**
 * Reads like the vendor's guide that does it by helm hooks: back up, upgrade, restore; here the first member is filled while it is alone, the others clone it, and
 * the old volume stays under its name. Pure: the preview, the docs and the run call the same function.
 */
export function planPostgresToHa(spec: Spec, found: PostgresToHaInventory): Plan {
  if ('done' in found) return nothingToDo('PostgresToHA', found);
  const { release, members } = found;
  const inspected = found.databases.flatMap(({ name, facts }) => (facts ? [{ name, facts }] : []));
  return {
    kind: 'PostgresToHA',
    title: `Take PostgreSQL of release ${release.namespace}/${release.name} from one server to ${counted(members.length, 'member')}`,
    locks: locksOfHa(spec),
    notes: notesOf(spec, found),
    ...(inspected.length > 0 && { inspected }),
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
    ...(found.held.length > 0 ? [holdTraffic(found)] : []),
    { id: 'stop', title: 'Stop the writers', steps: stopWriters({ namespace: spec.source.namespace, ...found }) },
    { id: 'backup', title: 'Dump', steps: [...note(spec, 'backup'), ...databases.flatMap((each) => backUp(each))] },
    upgrade(spec, found),
    {
      id: 'fill',
      title: 'Fill the first member',
      steps: [...note(spec, 'restore'), ...databases.flatMap(readOldData), ...databases.flatMap(fill), ...databases.map(rename)],
    },
    { id: 'grow', title: 'Clone the others', steps: [...note(spec, 'grow'), ...start(spec, found), ...standbys(spec, found)] },
    { id: 'verify', title: 'Verify', steps: probe(spec, found) },
    open(spec, found, note(spec, 'completed')),
  ];
}

/**
 * As the guide has it: helm waits in its pre-upgrade hook for the dump, takes the single server away, brings the members with whatever writes to them, and waits in its post-upgrade
 * hook for the rest. The old database is not fenced: a plain `helm rollback` must find it as it was.
 */
function phasesBehindHooks(spec: Spec, found: Found): readonly Phase[] {
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
      steps: [...stop('again'), ...databases.flatMap(readOldData), ...databases.flatMap(fill), ...stop('still'), ...databases.map(rename)],
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

const brought = ({ source, target }: Spec, { release, chart }: Found): TypedStep => ({
  id: installId,
  step: 'awaitUpgrade',
  proves: true,
  title: `Look that helm has brought ${chart.name} ${chart.version}, and the first member serves`,
  input: {
    release,
    chartVersion: target.version,
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

/** The guide's ConfigMap, for people and scripts. */
function note({ source: { namespace }, progressConfigMap, databases, metadata }: Spec, phase: string): readonly TypedStep[] {
  if (progressConfigMap === undefined) return [];
  const claims = databases.filter((each) => modeOf(each) === 'dump').map((each) => backupOf(each, 0, metadata.name).claim);
  return [
    {
      id: `note/${phase}`,
      step: 'noteProgress',
      title: `Note in ConfigMap ${namespace}/${progressConfigMap}: ${phase}`,
      input: {
        configMap: { namespace, name: progressConfigMap },
        phase,
        ...(phase === 'completed' && { completed: true as const }),
        ...(claims.length > 0 && { backup: claims.join(',') }),
      },
    },
  ];
}

const retain = ({ claim, volume }: Found['volumes'][number]): TypedStep => ({
  id: retainId(volume),
  step: 'retainVolume',
  title: `Keep the volume of ${claim}`,
  group: 'retain',
  input: { volume },
});

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

/** The others clone what the first one holds by then. */
function standbys(spec: Spec, { members }: Found): readonly TypedStep[] {
  const pooler = poolerOf(spec);
  const [database] = spec.databases;
  if (members.length < 2) return [];
  return [
    {
      id: 'standbys',
      step: 'verifyStandbys',
      proves: true,
      title: `Prove that ${counted(members.length - 1, 'standby')} follow${pooler ? `, and that ${spec.target.pooler?.service} leads to the primary` : ''}`,
      input: {
        primary: primaryOf(spec, members),
        standbys: members.length - 1,
        ...(pooler && database && { pooler: { server: pooler, database: database.name } }),
        withinSeconds: cloneSeconds,
      },
      changeable: ['withinSeconds'],
      withinSeconds: cloneSeconds,
    },
  ];
}

/** What a person must know before approving. */
const notesOf = (spec: Spec, found: Found): readonly string[] => [
  ...found.values.changes.map((change) => `Values: ${change}`),
  ...(spec.target.unread === 'report' ? found.values.unread.map((path) => `The new chart does not read ${path}`) : []),
  ...found.values.dormant.map((path) => `The new chart does not read ${path} as things are switched`),
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
