import type { ChartUpgradeSpec, FoundDatabaseOfRelease } from '../../model/chart-upgrade.js';
import type { Problem } from '../../model/plan.js';
import { wayOf } from '../../model/way-of.js';
import { takesVolumeAlong } from '../../plans/chart-upgrade-databases.js';
import type { ClaimedVolume } from './find-release.js';
import { makesClaim, namesIn, type UpgradedChart } from './find-upgraded-chart.js';

/** What stands against databases that go along with their data directory, or are read from it. */
export function takenAlong(
  spec: ChartUpgradeSpec,
  chart: UpgradedChart,
  volumes: readonly ClaimedVolume[],
  found: readonly FoundDatabaseOfRelease[],
): readonly Problem[] {
  const { rekey } = spec.secrets;
  const madeAnew = new Set(namesIn(chart, 'Secret').filter((made) => !rekey.some(({ name, to = name }) => to === made)));
  const replaced = new Set(volumes.filter(({ fate }) => fate === 'replace').map(({ claim }) => claim));
  return spec.databases.flatMap((database, index): readonly Problem[] => {
    const { name: secret } = database.to.password.secretRef;
    const [read, clone] = [readVolume(database), cloneName(database)];
    const { major = 0 } = found.find(({ name }) => name === database.name) ?? {};
    const wrong = [
      [
        takesVolumeAlong(database) && madeAnew.has(secret),
        'to',
        `the new chart makes Secret ${secret}, and the data keep their passwords: name it in secrets.rekey`,
      ],
      [read && !replaced.has(read), 'volume', `claim ${read} is none of replaceVolumes: only of those the old volume is kept to be read`],
      [clone && !makesClaim(chart.open, clone), 'upgrade', `the new chart makes no claim ${clone}: nobody would get the upgraded volume`],
      [clone && (database.upgrade?.major ?? 0) <= major, 'upgrade.major', `the server is of PostgreSQL ${major}: an upgrade leads to a newer one`],
    ] as const;
    return wrong.flatMap(([is, field, message]) => (is ? [{ check: `databases.${index}.${field}`, message }] : []));
  });
}

type Database = ChartUpgradeSpec['databases'][number];

const readVolume = (database: Database): string | undefined => (['copy', 'upgradeInPlace'].includes(wayOf(database)) ? database.volume?.claim : undefined);

const cloneName = (database: Database): string | undefined =>
  wayOf(database) === 'upgradeInPlace' ? (database.upgrade?.claim ?? database.volume?.claim) : undefined;
