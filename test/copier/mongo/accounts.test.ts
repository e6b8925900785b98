import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type Document, Int32, UUID } from 'mongodb';
import type { MongoAddress } from '../../../src/model/mongo-facts.js';
import { bytes, FakeMongod } from '../../adapters/mongo/fake/fake-mongod.js';
import { describeWithFerretdb, type Ferretdb, startFerretdb } from './support/ferretdb.js';
import { run } from './support/run.js';

const scope = { run: 'r', epoch: 1, step: 's', from: 'old', to: 'new' } as const;

describe('users and roles of a copied database, at the driver', () => {
  let server: FakeMongod;
  let at: MongoAddress;
  const credentials = { 'SCRAM-SHA-256': { iterationCount: new Int32(15_000), salt: 'canary-salt', storedKey: 'canary-key', serverKey: 'canary-key' } };
  const user = (name: string, db: string, roles: Document[], more: object = {}) =>
    server.users.set(`${name}@${db}`, { user: name, db, roles, credentials, userId: new UUID(), ...more });
  beforeEach(async () => {
    server = new FakeMongod();
    at = await server.start();
    server.add('old', 'c', { documents: [bytes({ _id: 1 })] });
    server.accounts.customRoles.set('clerk@old', {
      role: 'clerk',
      db: 'old',
      privileges: [{ resource: { db: 'old', collection: 'c' }, actions: ['find', 'insert'] }],
      roles: [{ role: 'read', db: 'old' }],
    });
    user('api', 'old', [
      { role: 'clerk', db: 'old' },
      { role: 'read', db: 'other' },
    ]);
    user('batch', 'admin', [{ role: 'readWrite', db: 'old' }]);
  });
  afterEach(() => server.stop());
  const copy = () => run({ engine: 'mongodb', verb: 'copy', at, ...scope, accounts: true });
  const verify = () => run({ engine: 'mongodb', verb: 'verify', at, from: 'old', to: 'new', accounts: { users: ['api'], roles: ['clerk'] } });
  const drop = () => run({ engine: 'mongodb', verb: 'drop', at, run: 'r', epoch: 2, database: 'new' });

  it('come along with their passwords, their rights now on the new name; those of other databases are named', async () => {
    const { accounts } = await copy();
    expect(accounts).toEqual({
      made: { users: ['api'], roles: ['clerk'] },
      found: { users: [], roles: [] },
      left: ['User batch@admin has readWrite on old and is not of that database: give it the same on new by hand.'],
    });
    const made = server.users.get('api@new');
    expect(made).toMatchObject({
      user: 'api',
      db: 'new',
      credentials,
      roles: [
        { role: 'clerk', db: 'new' },
        { role: 'read', db: 'other' },
      ],
    });
    expect(String(made?.['userId'])).not.toBe(String(server.users.get('api@old')?.['userId']));
    expect(server.accounts.customRoles.get('clerk@new')).toMatchObject({
      privileges: [{ resource: { db: 'new', collection: 'c' }, actions: ['find', 'insert'] }],
      roles: [{ role: 'read', db: 'new' }],
    });
    expect([...(server.databases.get('admin')?.keys() ?? [])]).toEqual([]);
    expect(await verify()).toMatchObject({ equal: true });
    expect(JSON.stringify(accounts)).not.toContain('canary');
  });

  it('are noted before they are made, and dropped by the undo, which leaves all others', async () => {
    await copy();
    const order = server.commands.filter(
      ({ name, command }) => name === '_mergeAuthzCollections' || String(command['updates']?.[0].q._id).startsWith('account/'),
    );
    expect(order.map(({ name }) => name)).toEqual(['update', 'update', '_mergeAuthzCollections']);
    await drop();
    expect([...server.users.keys()]).toEqual(['api@old', 'batch@admin']);
    expect([...server.accounts.customRoles.keys()]).toEqual(['clerk@old']);
    expect(await drop()).toEqual({ dropped: false });
  });

  it('that were there before keep what they had, before and after the undo', async () => {
    user('api', 'new', [{ role: 'read', db: 'new' }]);
    expect((await copy()).accounts).toMatchObject({ made: { users: [], roles: ['clerk'] }, found: { users: ['api'] } });
    expect(server.users.get('api@new')?.roles).toEqual([{ role: 'read', db: 'new' }]);
    await drop();
    expect(server.users.has('api@new')).toBe(true);
  });

  it('are made once more by an attempt after one that was killed, and are ours still', async () => {
    await copy();
    server.users.delete('api@new');
    expect((await copy()).accounts?.made).toEqual({ users: ['api'], roles: ['clerk'] });
    expect((await copy()).accounts?.found.users).toEqual([]);
    await drop();
    expect(server.users.has('api@new')).toBe(false);
  });

  it.each([
    ['the undo', () => drop()],
    ['the end of the run', () => run({ engine: 'mongodb', verb: 'clean', at, run: 'r' })],
  ])('leave nothing of an attempt that was killed among them, once %s has come', async (_what, end) => {
    await copy();
    const temporary = ['rehelm_users_r_new', 'rehelm_roles_r_new'];
    for (const name of temporary) server.add('admin', name, { documents: [bytes({ credentials })] });
    server.add('admin', 'rehelm_users_r_theirs', { documents: [bytes({ credentials })] });
    await end();
    expect([...server.databases.get('admin')!.keys()]).toEqual(['rehelm_users_r_theirs']);
    expect(server.users.has('api@old')).toBe(true);
  });

  it('are named where the server does not let us, and an undo takes no later one for ours', async () => {
    server.accounts.mayManage = false;
    const { accounts, source } = await copy();
    expect(source.documents).toBe(1);
    expect(accounts).toMatchObject({ made: { users: [], roles: [] }, left: [expect.stringMatching(/^User api: our user may not/), expect.anything()] });
    user('api', 'new', []);
    await drop();
    expect(server.users.has('api@new')).toBe(true);
  });

  it('are not touched where nobody asked', async () => {
    await run({ engine: 'mongodb', verb: 'copy', at, ...scope });
    expect(server.users.size).toBe(2);
    expect(server.logged('_mergeAuthzCollections')).toEqual([]);
  });

  it.each([
    ['another role', () => server.users.get('api@new')?.roles.push({ role: 'dbAdmin', db: 'new' }), 'User api: other roles.'],
    ['another password', () => Object.assign(server.users.get('api@new') ?? {}, { credentials: {} }), 'User api: another password or mechanism.'],
    ['other custom data', () => Object.assign(server.users.get('api@new') ?? {}, { customData: { a: 1 } }), 'User api: other custom data or restrictions.'],
    ['a missing user', () => server.users.delete('api@new'), 'User api: only in the source.'],
    ['a privilege more', () => server.accounts.customRoles.get('clerk@new')?.['privileges'].push({ resource: {} }), 'Role clerk: other privileges.'],
    ['a missing role', () => server.accounts.customRoles.delete('clerk@new'), 'Role clerk: only in the source.'],
  ])('are compared: %s', async (_title, change, sentence) => {
    await copy();
    change();
    expect((await verify()).differences).toEqual([sentence]);
  });
});

describeWithFerretdb('users of a copied database, on a real FerretDB', () => {
  let source: Ferretdb;
  let target: Ferretdb;
  beforeAll(async () => {
    [source, target] = await Promise.all([startFerretdb(), startFerretdb()]);
    await source.client.db('old').collection('c').insertOne({ a: 1 });
    await source.client.db('old').command({ createUser: 'api', pwd: 'canary', roles: [], mechanisms: ['SCRAM-SHA-1', 'SCRAM-SHA-256'] });
  });
  afterAll(() => Promise.all([source.stop(), target.stop()]));
  const login = () => run({ engine: 'mongodb', verb: 'ping', at: { ...target.at, user: { name: 'api', password: 'canary', database: 'new' } } });

  it('log in on another server with the password they had, until the undo', async () => {
    const copied = await run({ engine: 'mongodb', verb: 'copy', at: target.at, source: source.at, ...scope, accounts: true });
    expect(copied.accounts).toEqual({ made: { users: ['api'], roles: [] }, found: { users: [], roles: [] }, left: [] });
    expect(await login()).toMatchObject({ user: 'api@new' });
    const accounts = copied.accounts?.made ?? { users: [], roles: [] };
    const verify = () => run({ engine: 'mongodb', verb: 'verify', at: target.at, source: source.at, from: 'old', to: 'new', accounts });
    expect(await verify()).toMatchObject({ equal: true });
    await target.client.db('new').command({ updateUser: 'api', pwd: 'another' });
    expect((await verify()).differences).toEqual(['User api: another password or mechanism.']);
    await run({ engine: 'mongodb', verb: 'drop', at: target.at, run: 'r', epoch: 2, database: 'new' });
    await expect(login()).rejects.toMatchObject({ type: 'WrongPassword' });
  });
});
