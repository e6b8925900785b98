import { verifyStandbys } from '../../src/activities/verify-standbys.js';
import type { PostgresRequest } from '../../src/model/copier-postgres.js';
import { createFakeCluster } from '../support/fake-cluster/fake-cluster.js';
import { copierRequestOf } from '../support/fake-copier.js';
import { postgresPassword, withPostgres } from '../support/fake-postgres.js';
import { stepLaws } from '../support/step-laws.js';
import { StepRig } from '../support/step-rig.js';

const admin = (name: string) => ({ user: 'postgres', secretRef: { namespace: 'data', name } });
const primary = { engine: 'postgresql', host: 'a,b,c', port: 5432, admin: admin('old') } as const;
const pooler = { server: { engine: 'postgresql', host: 'pool', port: 5432, admin: admin('new') }, database: 'shop' } as const;
const input = { primary, standbys: 2, pooler, withinSeconds: 20 };
const world = () => {
  const fake = createFakeCluster();
  withPostgres(fake, {});
  return fake;
};

stepLaws('verifyStandbys', {
  step: 'verifyStandbys',
  factory: verifyStandbys,
  input,
  world,
  readOnly: true,
  secrets: [postgresPassword],
  done: (_, result) => expect(result).toEqual({ standbys: ['member-1', 'member-2'] }),
});

describe('verifyStandbys', () => {
  const answering = (answers: readonly object[]) => {
    const fake = world();
    const asked: PostgresRequest[] = [];
    fake.behaviour.job = (job) => {
      const request = copierRequestOf<PostgresRequest>(fake, job);
      if (!request) return 'running';
      asked.push(request);
      return { succeeded: true, log: `${JSON.stringify({ result: answers[Math.min(asked.length, answers.length) - 1] })}\n` };
    };
    return { rig: new StepRig(fake, verifyStandbys), asked };
  };

  test('asks whichever member is the primary, and the pooler, until all follow', async () => {
    const { rig, asked } = answering([
      { following: ['m-1'], missing: ['1 of 2 standbys follow the primary'] },
      { following: ['m-1', 'm-2'], missing: [] },
    ]);
    expect(await rig.act('verifyStandbys', input)).toEqual({ standbys: ['m-1', 'm-2'] });
    expect(asked).toHaveLength(2);
    expect(asked[0]).toMatchObject({ verb: 'awaitStandbys', at: { host: 'a,b,c' }, standbys: 2, pooler: { at: { host: 'pool' }, database: 'shop' } });
  });

  test('ends with what is missing when the time is over', async () => {
    const { rig } = answering([{ following: [], missing: ['0 of 2 standbys follow the primary', 'pool refuses'] }]);
    await expect(rig.act('verifyStandbys', { ...input, withinSeconds: 0.1 })).rejects.toMatchObject({
      type: 'TimedOut',
      message: expect.stringContaining('0 of 2 standbys follow the primary; pool refuses'),
    });
  });
});
