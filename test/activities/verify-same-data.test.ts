import { verifySameData } from '../../src/activities/verify-same-data.js';
import { createFakeCluster } from '../support/fake-cluster/fake-cluster.js';
import { postgresPassword, withPostgres } from '../support/fake-postgres.js';
import { stepLaws } from '../support/step-laws.js';
import { StepRig } from '../support/step-rig.js';

const server = { engine: 'postgresql', host: 'new', port: 5432, admin: { user: 'postgres', secretRef: { namespace: 'data', name: 'new' } } } as const;
const input = { server, database: 'shop', systemIdentifier: 'new' };
const world = () => {
  const fake = createFakeCluster();
  withPostgres(fake, { new: { shop: { rows: ['1'], open: true } } });
  return fake;
};

stepLaws('verifySameData', {
  step: 'verifySameData',
  factory: verifySameData,
  input,
  world,
  readOnly: true,
  secrets: [postgresPassword],
  done: (_, result) => expect(result).toEqual({ server: 'PostgreSQL 18.1' }),
});

test.each([
  ['data of its own', { systemIdentifier: 'old' }, 'PostgreSQL 18.1 at new serves other data than the volume came with'],
  ['no such database', { database: 'orders' }, 'database orders is not at new any more'],
])('a server with %s is a mismatch', async (_, more, message) => {
  await expect(new StepRig(world(), verifySameData).act('verifySameData', { ...input, ...more })).rejects.toMatchObject({
    ...{ type: 'VerifyMismatch', message: expect.stringContaining(message) },
  });
});
