import type { FoundUpgrade as Found, ChartUpgradeSpec as Spec } from '../model/chart-upgrade.js';
import { type Way, wayOf } from '../model/way-of.js';
import { valuesNotes } from './changed-chart.js';

/** What a person must know before approving. */
export const notesOf = (spec: Spec, found: Found): readonly string[] => [
  ...valuesNotes(spec, found),
  ...spec.databases.flatMap((database) => databaseNotes(database, found)),
  ...found.volumes.map(volumeNote),
  'Hooks of the old chart are not run when it is uninstalled, and what its hooks have made stays',
  ...found.remarks,
];

function volumeNote({ claim, size, fate, to }: Found['volumes'][number]): string {
  if (to !== undefined) return `Claim ${claim} (${size}) becomes ${to}: the new server gets the old one's volume, and no byte is copied`;
  return fate === 'keep'
    ? `Claim ${claim} (${size}) stays as it is: the new release gets it`
    : `Claim ${claim} (${size}) is made anew, empty; the old volume is kept until the finalize`;
}

type Database = Spec['databases'][number];
type FoundDatabase = Found['databases'][number];

function databaseNotes(database: Database, found: Found): readonly string[] {
  const { name } = database;
  const there = found.databases.find((each) => each.name === name);
  if (!there) return [];
  if (there.external) return [`Database ${name} is on a server that is none of the release's: it is left alone`];
  return [
    ...wayNotes[wayOf(database)](database, there),
    'A copy ahead of the window is out of the question: the old server is gone before the new one is there',
    ...there.notes.map((note) => `${name}: ${note}`),
  ];
}

/** Which way, why, and what it asks of people. */
const wayNotes: Readonly<Record<Way, (database: Database, found: FoundDatabase) => readonly string[]>> = {
  dump: ({ name }, { major }) => [
    `Database ${name} is dumped before the old release goes, and restored into the new one: no volume with an image of PostgreSQL ${major} is named that a copy could read. Where the new chart brings PostgreSQL ${major}, too, mode: rebind would move no byte`,
  ],
  copy: ({ name }) => [
    `Database ${name} is copied from the kept volume by a server of the run's own: old and new one share a Service, and never run side by side`,
  ],
  rebind: ({ name }, { major }) => [
    `Database ${name} goes along on its volume, whatever its size: the new chart must bring PostgreSQL ${major}, look for the data in the same place on the volume, and find passwords that the server knows (secrets.rekey)`,
    `The volume is the only copy of ${name}: nothing is dumped, and what the new server writes is on it when the run is taken back`,
  ],
  upgradeInPlace: ({ name, upgrade }, { major }) => [
    `Database ${name} goes along in a clone of its volume, which pg_upgrade makes one of PostgreSQL ${upgrade?.major} by links: the clone takes as long as its bytes, the upgrade as long as its definitions. The old volume stays as it is, and both are compared row by row`,
    `The new chart must bring PostgreSQL ${upgrade?.major}, and find passwords that the server of PostgreSQL ${major} knows (secrets.rekey). Settings in postgresql.conf stay behind; statistics are made anew before 18`,
  ],
};
