import { createDatabaseUsers } from '../../src/activities/create-database-users.js';
import { createFakeCluster } from '../support/fake-cluster/fake-cluster.js';
import { adminPassword, server, withDatabases } from '../support/fake-copier.js';
import { stepLaws } from '../support/step-laws.js';
import { StepRig } from '../support/step-rig.js';

const password = 'p@ss:w0rd/canary';
const text = (value: string): string => Buffer.from(value).toString('base64');
const uri = { namespace: 'shop', name: 'api-db', key: 'uri' };
const input = { server, database: 'new', users: [{ name: 'api', password: { fromUri: { secretRef: uri } }, roles: ['readWrite'] }] };

const world = (users: { readonly [user: string]: readonly string[] } = {}) => {
  const fake = createFakeCluster();
  const data = {
    uri: text(`mongodb://api:${encodeURIComponent(password)}@a:27017,b:27017/old?replicaSet=rs0`),
    plain: text(password),
    bare: text('mongodb://a:27017/old'),
  };
  fake.seed({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'api-db', namespace: 'shop' }, data } as never);
  return { fake, copier: withDatabases(fake, { data: { new: {} }, users }) };
};

stepLaws('createDatabaseUsers', {
  step: 'createDatabaseUsers',
  factory: createDatabaseUsers,
  input,
  world: () => world({ 'other@new': ['read'] }).fake,
  secrets: [adminPassword, password],
  done: (fake, result) => {
    expect(result).toEqual({ users: ['api'] });
    expect(JSON.stringify(fake.world())).toContain('\\"api@new\\":[\\"readWrite\\"]');
  },
});

describe('createDatabaseUsers', () => {
  test.each([
    ['in a connection string with several hosts', { fromUri: { secretRef: uri } }],
    ['under a key of its own', { secretRef: { ...uri, key: 'plain' } }],
  ])('takes the password from where it stands: %s', async (_, from) => {
    const { fake, copier } = world();
    await new StepRig(fake, createDatabaseUsers).act('createDatabaseUsers', { ...input, users: [{ name: 'api', password: from, roles: [] }] });
    expect(copier.requests).toEqual([
      expect.objectContaining({
        users: [{ name: 'api', password, roles: [] }],
        at: expect.objectContaining({ user: { name: 'root', password: adminPassword } }),
      }),
    ]);
  });

  test('a user of somebody else is refused and outlives the undo', async () => {
    const { fake, copier } = world({ 'api@new': ['dbOwner'] });
    const rig = new StepRig(fake, createDatabaseUsers);
    expect(await rig.check('createDatabaseUsers', input)).toEqual(['user api of database new is there already, and not made by this run']);
    await rig.capture('createDatabaseUsers', input);
    await expect(rig.act('createDatabaseUsers', input)).rejects.toMatchObject({ type: 'AlreadyExists' });
    await rig.undo('createDatabaseUsers');
    expect(copier.databases().users).toEqual({ 'api@new': ['dbOwner'] });
  });

  test('its check names a password that cannot be had, without the text in which it was looked for', async () => {
    const { fake } = world();
    const users = [{ name: 'api', password: { fromUri: { secretRef: { ...uri, key: 'bare' } } }, roles: [] }];
    const problems = await new StepRig(fake, createDatabaseUsers).check('createDatabaseUsers', { ...input, users });
    expect(problems).toEqual(['key bare of Secret shop/api-db is no connection string with a password']);
  });
});
