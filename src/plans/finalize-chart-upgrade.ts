import type { FinalizeInventoryOf } from '../model/finalize.js';
import type { Phase } from '../model/plan.js';
import { showRef } from '../model/refs.js';
import { serverOf } from './chart-upgrade-databases.js';
import { redisOf } from './chart-upgrade-release.js';
import { replacedName } from './database-restore.js';
import { formerPolicies } from './former-policies.js';
import type { TypedStep } from './step.js';

const dropSeconds = 3600;

type Found = FinalizeInventoryOf<'ChartUpgrade'>;

/** Guide 002, step 9, its end: the old volumes, the dumps, and what the chart had made under the databases' names. */
export const finalizeChartUpgrade = (found: Found): readonly Phase[] => [databases(found), redis(found), formerPolicies(found.volumes), claims(found)];

function databases({ spec, replaced }: Found): Phase {
  const steps = spec.databases
    .filter(({ name }) => replaced.some((each) => each.name === name))
    .flatMap((database): readonly TypedStep[] => {
      const { name } = database;
      const server = serverOf(database, 'to', spec);
      const drop: TypedStep = {
        id: `finalize/drop/${name}`,
        step: 'dropReplacedDatabase',
        title: `Drop ${replacedName(name)}, which the chart had made as ${name}`,
        input: { server, database: replacedName(name), withinSeconds: dropSeconds },
        withinSeconds: dropSeconds,
      };
      return [drop, { id: `finalize/clean/${name}`, step: 'cleanCopies', title: `Forget the copier's notes beside ${name}`, input: { server } }];
    });
  return { id: 'databases', title: 'Replaced databases', steps };
}

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

/** Their volumes have their former policies by now, and go with them where those say so. */
const claims = ({ claims: refs }: Found): Phase => ({
  id: 'claims',
  title: 'Old volumes and dumps',
  steps: refs.map(
    (object): TypedStep => ({
      id: `finalize/delete/${object.kind}/${object.name}`,
      step: 'deleteObject',
      title: `Delete ${showRef(object)}`,
      group: 'delete',
      input: { object },
    }),
  ),
});
