import type { FoundUpgrade as Found, ChartUpgradeSpec as Spec } from '../model/chart-upgrade.js';
import { valuesNotes } from './changed-chart.js';
import { isRebound } from './chart-upgrade-databases.js';
import { modeOf } from './moved-database.js';

/** What a person must know before approving. */
export const notesOf = (spec: Spec, found: Found): readonly string[] => [
  ...valuesNotes(spec, found),
  ...spec.databases.flatMap((database) => databaseNotes(database, found)),
  ...found.volumes.map(volumeNote),
  'Hooks of the old chart are not run when it is uninstalled, and what its hooks have made stays',
  ...found.remarks,
];

function volumeNote({ claim, size, fate, to }: Found['volumes'][number]): string {
  if (to) return `Claim ${claim} (${size}) becomes ${to.claim}: the new server gets the old one's volume, and no byte is copied`;
  return fate === 'keep'
    ? `Claim ${claim} (${size}) stays as it is: the new release gets it`
    : `Claim ${claim} (${size}) is made anew, empty; the old volume is kept until the finalize`;
}

function databaseNotes(database: Spec['databases'][number], found: Found): readonly string[] {
  const { name } = database;
  const there = found.databases.find((each) => each.name === name);
  if (!there) return [];
  if (there.external) return [`Database ${name} is on a server that is none of the release's: it is left alone`];
  if (isRebound(database)) return reboundNotes(name, there);
  const why =
    modeOf(database) === 'copy'
      ? `Database ${name} is copied from the kept volume by a server of the run's own: old and new one share a Service, and never run side by side`
      : `Database ${name} is dumped before the old release goes, and restored into the new one: no volume with an image of PostgreSQL ${there.major} is named that a copy could read. Where the new chart brings PostgreSQL ${there.major}, too, mode: rebind would move no byte`;
  return [
    why,
    'A copy ahead of the window is out of the question: the old server is gone before the new one is there',
    ...there.notes.map((note) => `${name}: ${note}`),
  ];
}

const reboundNotes = (name: string, { major }: Found['databases'][number]): readonly string[] => [
  `Database ${name} goes along on its volume, whatever its size: the new chart must bring PostgreSQL ${major}, look for the data in the same place on the volume, and find passwords that the server knows (secrets.rekey)`,
  `The volume is the only copy of ${name}: nothing is dumped, and what the new server writes is on it when the run is taken back`,
];
