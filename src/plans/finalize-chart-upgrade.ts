import type { FinalizeInventoryOf } from '../model/finalize.js';
import type { Phase } from '../model/plan.js';
import { serverOf } from './chart-upgrade-databases.js';
import { redisOf } from './chart-upgrade-release.js';
import { dropKeptSecrets } from './chart-upgrade-secrets.js';
import { dropClaims, dropReplaced } from './finalize-chart-change.js';
import { formerPolicies } from './former-policies.js';
import type { TypedStep } from './step.js';

type Found = FinalizeInventoryOf<'ChartUpgrade'>;

/** Guide 002, step 9, its end: the old volumes, the dumps, and what the chart had made under the databases' names. */
export const finalizeChartUpgrade = (found: Found): readonly Phase[] => [
  databases(found),
  redis(found),
  directories(found),
  dropKeptSecrets(found.spec),
  formerPolicies(found.volumes),
  dropClaims(found.claims),
];

function databases({ spec, replaced }: Found): Phase {
  const there = spec.databases.filter(({ name }) => replaced.some((each) => each.name === name));
  return { id: 'databases', title: 'Replaced databases', steps: there.flatMap((database) => dropReplaced(database.name, serverOf(database, 'to', spec))) };
}

/** The old files beside the new ones, of which they are other names until those change. */
const directories = ({ upgraded }: Found): Phase => ({
  id: 'directories',
  title: 'Old directories',
  steps: upgraded.map(
    (upgrade): TypedStep => ({
      id: `finalize/drop/${upgrade.claim.name}`,
      step: 'dropOldDirectory',
      title: `Drop the directory of PostgreSQL ${upgrade.major} that was put aside on claim ${upgrade.claim.name}`,
      input: upgrade,
      changeable: ['image', 'user', 'data', 'to', 'withinSeconds'],
      withinSeconds: upgrade.withinSeconds,
    }),
  ),
});

const redis = ({ spec }: Found): Phase => ({
  id: 'redis',
  title: 'Deleted keys',
  steps: spec.redis.map(
    (keys, index): TypedStep => ({
      id: `finalize/redis/${index}`,
      step: 'dropRedisAside',
      title: `Drop what was kept of deleted keys in Redis ${keys.service?.name ?? keys.host}`,
      input: { server: redisOf(spec, keys) },
    }),
  ),
});
