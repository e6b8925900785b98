import type { Difference, KustomizeToHelmInventory, KustomizeToHelmSpec } from '../model/kustomize-to-helm.js';

/** What a person must know before approving: waivers, holes, and what is reported but not refused. */
export function notesOf(spec: KustomizeToHelmSpec, found: KustomizeToHelmInventory): readonly string[] {
  return [snapshotNote(spec), ...databaseNotes(spec), ...hookNotes(found), ...differenceNotes(spec, found), ...openingNotes(spec, found)];
}

function snapshotNote({ snapshots }: KustomizeToHelmSpec): string {
  const { default: said } = snapshots;
  return 'attested' in said
    ? `Snapshots of the volumes are attested by ${said.attested.by} (${said.attested.reference})`
    : `No snapshots: waived by ${said.waived.by}, because ${said.waived.reason}`;
}

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
      `A hook of the chart makes Secret ${to} anew: the carried value is put back right after the install, and ${(hookReaders[to] ?? []).length} readers are restarted before they count as ready`,
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
