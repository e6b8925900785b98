import type { DatabaseUpgradeInventory, DatabaseUpgradeSpec } from '../model/database-upgrade.js';
import type { Phase, Plan } from '../model/plan.js';
import { imageOf, type UpgradeOffer, type UpgradeWish, upgradeInPlace } from './private-server.js';
import { stopWriters } from './stop-writers.js';

type Found = DatabaseUpgradeInventory;
type Spec = DatabaseUpgradeSpec;

/**
 * The directory that a server left becomes that of a newer one, on its own volume: who uses it is stopped, it is upgraded by links, looked at once more, and
 * handed over as it lies there. Pure: the preview, the docs and the run call the same function.
 */
export function planDatabaseUpgrade(spec: Spec, found: Found): Plan {
  const { volume, to } = spec;
  const offer = offerOf(spec, found);
  return {
    kind: 'DatabaseUpgrade',
    title: `Upgrade PostgreSQL ${volume.major} to ${to.major} in place on claim ${show(volume.claim)}`,
    locks: locksOf(spec),
    notes: notesOf(spec, offer),
    phases: phasesOf(spec, found, offer),
  };
}

const show = ({ namespace, name }: Spec['volume']['claim']): string => `${namespace}/${name}`;

/** Where the new server looks for its directory. */
export const placeOf = ({ to: { major, data, binaries }, volume }: Spec): UpgradeWish['to'] => ({
  major,
  data: data ?? volume.data,
  ...(binaries !== undefined && { binaries }),
});

/** What no other run may touch meanwhile: the volume, and who uses it. */
const locksOf = ({ volume: { claim }, writers }: Spec): readonly string[] => [`source/${writers.namespace}/${writers.selector}`, `volume/${show(claim)}`];

function offerOf(spec: Spec, { volume: name, workloads }: Found): UpgradeOffer {
  const { volume, wayBack } = spec;
  return upgradeInPlace({ ...volume, ...imageOf(spec), volume: name, to: placeOf(spec), wayBack, workloads: workloads.map(({ ref }) => ref) });
}

/** The new server is started by its operators, after the commit: a phase of its own, in which the run does nothing any more. */
function phasesOf({ writers }: Spec, found: Found, offer: UpgradeOffer): readonly Phase[] {
  const { steps, look } = 'steps' in offer ? { steps: offer.steps, look: [offer.look] } : { steps: [], look: [] };
  return [
    { id: 'stop', title: 'Stop who uses the volume', gate: 'start', doors: 'close', steps: stopWriters({ ...writers, ...found }) },
    { id: 'upgrade', title: 'Upgrade', steps },
    { id: 'again', title: 'Look once more', gate: 'commit', steps: look },
    { id: 'hand-over', title: 'Hand over', commits: true, doors: 'open', steps: [] },
  ];
}

const notesOf = (spec: Spec, offer: UpgradeOffer): readonly string[] => {
  const { volume, wayBack, to, writers } = spec;
  const before =
    'claim' in wayBack
      ? `What a server wrote on claim ${show(wayBack.claim)} after ${show(volume.claim)} was cloned from it is not in what is upgraded`
      : `What is written on claim ${show(volume.claim)} after VolumeSnapshot ${show(wayBack.volumeSnapshot)} was taken is not in what a rollback may come back to`;
  const after =
    'claim' in wayBack
      ? `it leaves claim ${show(volume.claim)} so that no server starts on it, and the old data are those of claim ${show(wayBack.claim)}`
      : `it waits as SnapshotNeeded, until claim ${show(volume.claim)} has a volume made from VolumeSnapshot ${show(wayBack.volumeSnapshot)}`;
  return [
    ...('steps' in offer ? [offer.reason] : offer.not),
    `After the commit the product's operators start PostgreSQL ${to.major} on directory ${placeOf(spec).data} of claim ${show(volume.claim)}; what ${writers.selector} selects in ${writers.namespace}, and whoever would scale it, stays stopped until they start it or a rollback does`,
    before,
    'A rollback before the new server was started, commit or not, puts the old directory back as it was, in seconds',
    `A rollback after it was started loses what was written since: ${after}`,
    `Before a rollback its operators stop the new server, and give its workload the image of PostgreSQL ${volume.major} again`,
    'The old directory takes little room as long as both share their files, and more as the new server changes them: the finalize drops it',
  ];
};
