import type { FoundUpgrade as Found, ChartUpgradeSpec as Spec } from '../model/chart-upgrade.js';
import { valuesNotes } from './changed-chart.js';
import { modeOf } from './moved-database.js';

/** What a person must know before approving. */
export const notesOf = (spec: Spec, found: Found): readonly string[] => [
  ...valuesNotes(spec, found),
  ...spec.databases.flatMap((database) => databaseNotes(database, found)),
  ...found.volumes.map(({ claim, size, fate }) =>
    fate === 'keep'
      ? `Claim ${claim} (${size}) stays as it is: the new release gets it`
      : `Claim ${claim} (${size}) is made anew, empty; the old volume is kept until the finalize`,
  ),
  'Hooks of the old chart are not run when it is uninstalled, and what its hooks have made stays',
  ...found.remarks,
];

function databaseNotes(database: Spec['databases'][number], found: Found): readonly string[] {
  const { name } = database;
  const there = found.databases.find((each) => each.name === name);
  if (!there) return [];
  if (there.external) return [`Database ${name} is on a server that is none of the release's: it is left alone`];
  const why =
    modeOf(database) === 'copy'
      ? `Database ${name} is copied from the kept volume by a server of the run's own: old and new one share a Service, and never run side by side`
      : `Database ${name} is dumped before the old release goes, and restored into the new one: no volume with an image of PostgreSQL ${there.major} is named that a copy could read`;
  return [
    why,
    'A copy ahead of the window is out of the question: the old server is gone before the new one is there',
    ...there.notes.map((note) => `${name}: ${note}`),
  ];
}
