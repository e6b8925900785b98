import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { NewUser } from '../../../src/model/copier-mongo.js';
import type { MongoAddress } from '../../../src/model/mongo-facts.js';
import { FakeMongod } from '../../adapters/mongo/fake/fake-mongod.js';
import { describeWithFerretdb, type Ferretdb, startFerretdb } from './support/ferretdb.js';
import { run } from './support/run.js';

describeWithFerretdb('users of a new database, on a real FerretDB', () => {
  let server: Ferretdb;
  beforeAll(async () => {
    server = await startFerretdb();
  });
  afterAll(() => server.stop());
  const scope = () => ({ at: server.at, run: 'r', epoch: 1 });
  const create = (users: readonly NewUser[]) => run({ engine: 'mongodb', verb: 'createUsers', ...scope(), database: 'shop', users });
  const login = (name: string, password: string) => run({ engine: 'mongodb', verb: 'ping', at: { ...server.at, user: { name, password, database: 'shop' } } });

  it('can log in with the password they were given last, and no longer after the undo', async () => {
    expect(await create([{ name: 'api', password: 'first', roles: [] }])).toEqual({ created: ['api'], updated: [] });
    expect(await login('api', 'first')).toMatchObject({ user: 'api@shop' });
    expect(await create([{ name: 'api', password: 'second', roles: [] }])).toEqual({ created: [], updated: ['api'] });
    await expect(login('api', 'first')).rejects.toMatchObject({ type: 'WrongPassword' });
    expect(await login('api', 'second')).toMatchObject({ user: 'api@shop' });
    const undo = () => run({ engine: 'mongodb', verb: 'dropUsers', ...scope(), epoch: 2, database: 'shop', users: ['api', 'never'] });
    expect(await undo()).toEqual({ dropped: ['api'] });
    await expect(login('api', 'second')).rejects.toMatchObject({ type: 'WrongPassword' });
    expect(await undo()).toEqual({ dropped: [] });
    await expect(create([])).rejects.toMatchObject({ type: 'Superseded' });
  });

  it('are refused, and kept by the undo, when somebody else made them', async () => {
    const theirs = { ...scope(), run: 'theirs', epoch: 1 };
    await server.client.db('shop').command({ createUser: 'web', pwd: 'theirs', roles: [] });
    await expect(
      run({ engine: 'mongodb', verb: 'createUsers', ...theirs, database: 'shop', users: [{ name: 'web', password: 'ours', roles: [] }] }),
    ).rejects.toMatchObject({
      type: 'AlreadyExists',
    });
    expect(await run({ engine: 'mongodb', verb: 'dropUsers', ...theirs, database: 'shop', users: ['web'] })).toEqual({ dropped: [] });
    expect(await login('web', 'theirs')).toMatchObject({ user: 'web@shop' });
  });

  it('cannot have roles there: the server says so, and its name for it is kept', async () => {
    const asked = run({
      engine: 'mongodb',
      verb: 'createUsers',
      ...scope(),
      run: 'roles',
      database: 'shop',
      users: [{ name: 'r', password: 'canary', roles: ['readWrite'] }],
    });
    await expect(asked).rejects.toMatchObject({ type: 'Invalid', message: expect.stringContaining('roles') });
    await expect(asked).rejects.not.toMatchObject({ message: expect.stringContaining('canary') });
  });
});

describe('users with roles, at the driver', () => {
  let server: FakeMongod;
  let at: MongoAddress;
  beforeEach(async () => {
    server = new FakeMongod();
    at = await server.start();
  });
  afterEach(() => server.stop());
  const create = (roles: NewUser['roles']) =>
    run({
      engine: 'mongodb',
      verb: 'createUsers',
      at,
      run: 'r',
      epoch: 1,
      database: 'service-analytics-collector',
      users: [{ name: 'service-analytics-collector', password: 'pw', roles }],
    });

  it('are made with the command of the guide', async () => {
    await create([{ role: 'readWrite', db: 'service-analytics-collector' }]);
    expect(server.logged('createUser')).toEqual([
      {
        database: 'service-analytics-collector',
        name: 'createUser',
        command: {
          createUser: 'service-analytics-collector',
          pwd: 'pw',
          roles: [{ role: 'readWrite', db: 'service-analytics-collector' }],
          writeConcern: { w: 'majority' },
        },
        documents: [],
      },
    ]);
  });

  it('get a role named alone on their own database, and exactly the roles asked for when repeated', async () => {
    await create(['readWrite']);
    await create(['read']);
    expect(server.logged('createUser')[0]?.command['roles']).toEqual([{ role: 'readWrite', db: 'service-analytics-collector' }]);
    expect(server.logged('updateUser')[0]?.command).toMatchObject({
      updateUser: 'service-analytics-collector',
      pwd: 'pw',
      roles: [{ role: 'read', db: 'service-analytics-collector' }],
    });
  });

  it('are noted before they are made, so that a kill in between leaves no user without a note', async () => {
    await create([]);
    const names = server.commands
      .filter(
        ({ command }) =>
          command['createUser'] !== undefined || command['updates']?.[0]?.q?._id === 'user/service-analytics-collector/service-analytics-collector',
      )
      .map(({ name }) => name);
    expect(names).toEqual(['update', 'createUser']);
  });
});
