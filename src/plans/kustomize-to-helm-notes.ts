import { counted } from '../model/counted.js';
import type { Difference, KustomizeToHelmInventory, KustomizeToHelmSpec } from '../model/kustomize-to-helm.js';
import { showRef } from '../model/refs.js';

/** What a person must know before approving: waivers, holes, and what is reported but not refused. */
export function notesOf(spec: KustomizeToHelmSpec, found: KustomizeToHelmInventory): readonly string[] {
  return [
    snapshotNote(spec),
    ...spaceNotes(spec, found),
    ...databaseNotes(spec),
    ...hookNotes(found),
    ...ownerNotes(found),
    ...differenceNotes(spec, found),
    ...openingNotes(spec, found),
    ...(found.remarks ?? []),
  ];
}

function snapshotNote({ snapshots }: KustomizeToHelmSpec): string {
  const { default: said } = snapshots;
  return 'attested' in said
    ? `Snapshots of the volumes are attested by ${said.attested.by} (${said.attested.reference})`
    : `No snapshots: waived by ${said.waived.by}, because ${said.waived.reason}`;
}

/** What is checked of space, and what is not. */
const spaceNotes = ({ databases }: KustomizeToHelmSpec, { volumes }: KustomizeToHelmInventory): readonly string[] => [
  ...(volumes.length ? [`${volumes.length} volumes change hands without a copy: they need no space`] : []),
  ...(databases.length
    ? [
        'A copy needs as much space again on the database server as its source takes: the check refuses it where the server tells that this is not free; one that tells nothing of its volume is for you to look at before you approve',
      ]
    : []),
];

const gitOps = new Set(['Kustomization', 'HelmRelease', 'Application']);

const ownerNotes = ({ owners }: KustomizeToHelmInventory): readonly string[] =>
  owners
    .filter(({ kind }) => gitOps.has(kind))
    .map((owner) => `${showRef(owner)} keeps the source as Git has it: it stays suspended after a success, until Git no longer holds the source`);

const databaseNotes = ({ databases }: KustomizeToHelmSpec) =>
  databases.flatMap(({ at }) =>
    at.singleReplica ? [`A single-replica MongoDB is accepted: waived by ${at.singleReplica.waived.by}, because ${at.singleReplica.waived.reason}`] : [],
  );

function hookNotes({ secrets, chart, hookReaders }: KustomizeToHelmInventory): readonly string[] {
  const hooked = secrets.filter((secret) => secret.class === 'hook');
  if (chart.hooksAreCarried && hooked.length)
    return [`The chart's hooks only make secrets that are carried over (${hooked.map(({ to }) => to).join(', ')}): it is installed without hooks`];
  return hooked.map(
    ({ to }) =>
      `A hook of the chart makes Secret ${to} anew: the carried value is put back after the install and, where the hook runs at upgrades, too, after the opening; restarted for it: ${counted((hookReaders[to] ?? []).length, 'reader')}`,
  );
}

export const showDifference = ({ object, field, kind, live, chart }: Difference): string =>
  `${object}: ${field} ${kind}${live === undefined && chart === undefined ? '' : ` (live ${live ?? '-'}, chart ${chart ?? '-'})`}`;

const differenceNotes = ({ target }: KustomizeToHelmSpec, { differences }: KustomizeToHelmInventory) =>
  target.compareWithLive === 'report' ? differences.map((difference) => `Differs from live: ${showDifference(difference)}`) : [];

const openingNotes = ({ traffic }: KustomizeToHelmSpec, { chart }: KustomizeToHelmInventory) =>
  traffic.closed && chart.exposed.length
    ? [`Comes up closed by ${Object.keys(traffic.closed.set).join(', ')}; the commit is an upgrade with the real values`]
    : [];
