import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Int32 } from 'mongodb';
import type { FenceCapture } from '../../../src/model/copier-mongo.js';
import { describeFence } from '../../../src/model/describe-fence.js';
import type { MongoAddress } from '../../../src/model/mongo-facts.js';
import { FakeMongod } from '../../adapters/mongo/fake/fake-mongod.js';
import { run } from './support/run.js';

const role = (name: string, db: string) => ({ role: name, db });
const privilege = (db: string, ...actions: string[]) => ({ resource: { db, collection: '' }, actions });

describe('fencing a source', () => {
  let server: FakeMongod;
  let at: MongoAddress;
  beforeEach(async () => {
    server = new FakeMongod();
    at = await server.start();
    server.add('shop', 'orders');
    server.roles.set('readWrite@shop', [privilege('shop', 'find', 'insert', 'update', 'remove')]);
    server.roles.set('read@shop', [privilege('shop', 'find')]);
    server.roles.set('custom@shop', [privilege('shop', 'insert'), privilege('other', 'find')]);
    server.roles.set('readWrite@other', [privilege('other', 'insert')]);
    server.roles.set('root@admin', [{ resource: { anyResource: true }, actions: ['anyAction'] }]);
    server.roles.set('readWriteAnyDatabase@admin', [privilege('', 'insert')]);
    for (const [user, db, ...roles] of [
      ['api', 'shop', role('readWrite', 'shop'), role('readWrite', 'other')],
      ['reader', 'shop', role('read', 'shop')],
      ['batch', 'admin', role('readWriteAnyDatabase', 'admin'), role('readWrite', 'shop')],
      ['mixed', 'shop', role('custom', 'shop')],
      ['kept', 'shop', role('readWrite', 'shop')],
      ['copier', 'admin', role('root', 'admin')],
    ] as const) {
      server.users.set(`${user}@${db}`, { user, db, roles: [...roles] });
    }
  });
  afterEach(() => server.stop());
  const capture = (more: object = {}) => run({ engine: 'mongodb', verb: 'captureFence', at, databases: ['shop'], allowUsers: ['kept@shop'], ...more });
  const fence = (captured: FenceCapture) => run({ engine: 'mongodb', verb: 'fence', at, run: 'r', epoch: 1, captured });
  const unfence = (captured: FenceCapture) => run({ engine: 'mongodb', verb: 'unfence', at, run: 'r', epoch: 2, captured });
  const rolesOf = (user: string) => server.users.get(user)?.roles;

  it('only reads when it captures, and lists who keeps writing', async () => {
    const captured = await capture();
    expect(captured).toMatchObject({ method: 'roles', writeBlocked: false });
    expect(captured.users.map(({ name }) => name)).toEqual(['api', 'batch']);
    expect(captured.holes).toEqual([
      expect.stringContaining('batch@admin can still write through readWriteAnyDatabase@admin'),
      expect.stringContaining('mixed@shop'),
    ]);
    expect(captured).not.toHaveProperty('ttlMonitor');
    const reading = new Set([
      'buildInfo',
      'listCommands',
      'connectionStatus',
      'usersInfo',
      'rolesInfo',
      'serverStatus',
      'listCollections',
      'listIndexes',
      'collStats',
      'getParameter',
    ]);
    expect(server.commands.filter(({ name }) => !reading.has(name))).toEqual([]);
  });

  it('takes writing away and leaves reading, then gives back the exact roles', async () => {
    const before = structuredClone([...server.users]);
    const captured = await capture();
    expect(await fence(captured)).toMatchObject({ changed: ['api@shop', 'batch@admin'] });
    expect(rolesOf('api@shop')).toEqual([role('read', 'shop'), role('readWrite', 'other')]);
    expect(rolesOf('batch@admin')).toEqual([role('readWriteAnyDatabase', 'admin'), role('read', 'shop')]);
    await fence(captured);
    expect(await unfence(captured)).toMatchObject({ changed: ['api@shop', 'batch@admin'], missing: [] });
    expect([...server.users]).toEqual(before);
    expect(await unfence(captured)).toMatchObject({ changed: [] });
  });

  it('changes nothing when it takes back what never stood, keeps a role given meanwhile, and passes over a user who went', async () => {
    const captured = await capture();
    expect(await unfence(captured)).toMatchObject({ changed: [], missing: [] });
    expect(server.logged('updateUser')).toEqual([]);
    await run({ engine: 'mongodb', verb: 'fence', at, run: 'r2', epoch: 1, captured });
    rolesOf('api@shop')?.push(role('read', 'late'));
    server.users.delete('batch@admin');
    expect(await run({ engine: 'mongodb', verb: 'unfence', at, run: 'r2', epoch: 2, captured })).toMatchObject({
      changed: ['api@shop'],
      missing: ['batch@admin'],
    });
    expect(rolesOf('api@shop')).toEqual([role('readWrite', 'shop'), role('readWrite', 'other'), role('read', 'late')]);
  });

  it('is refused once the run has turned back', async () => {
    const captured = await capture();
    await unfence(captured);
    await expect(fence(captured)).rejects.toMatchObject({ type: 'Superseded' });
    expect(rolesOf('api@shop')).toEqual([role('readWrite', 'shop'), role('readWrite', 'other')]);
  });

  it('stops between two users when the run turns back meanwhile', async () => {
    const captured = await capture();
    server.before = async (name, _database, command) => {
      if (name !== 'updateUser' || command['updateUser'] !== 'api') return;
      server.before = () => undefined;
      await run({ engine: 'mongodb', verb: 'supersede', at, run: 'r', epoch: 2 });
    };
    await expect(fence(captured)).rejects.toMatchObject({ type: 'Superseded' });
    expect(rolesOf('batch@admin')).toEqual([role('readWriteAnyDatabase', 'admin'), role('readWrite', 'shop')]);
  });

  it('blocks writes of the whole server when that is asked for, and leaves a block that stood before', async () => {
    const captured = await capture({ prefer: 'writeBlock' });
    expect(captured).toMatchObject({ method: 'writeBlock', users: [], holes: [], bypass: 'copier@admin' });
    await fence(captured);
    expect(server.writeBlocked).toBe(true);
    expect(server.logged('setUserWriteBlockMode')[0]?.command).toEqual({ setUserWriteBlockMode: new Int32(1), global: true });
    const again = await capture({ prefer: 'writeBlock' });
    await unfence(captured);
    expect(server.writeBlocked).toBe(false);
    await unfence(again);
    expect(server.writeBlocked).toBe(true);
  });

  it('says whom a write block stops besides, and who gets through it', async () => {
    for (const name of ['blog', 'rehelm', 'wiki']) server.add(name, 'c');
    const through = { resource: { cluster: true }, actions: ['bypassWriteBlockingMode'] };
    server.roles.set('restore@admin', [through]);
    server.users.set('backup@admin', { user: 'backup', db: 'admin', roles: [role('restore', 'admin')] });
    const captured = await capture({ prefer: 'writeBlock' });
    expect(captured.stops).toEqual(['blog', 'wiki']);
    expect(captured.holes).toEqual([expect.stringContaining('backup@admin can still write through restore@admin')]);
    const said = describeFence(captured, ['shop']);
    expect(said[0]).toMatch(/^setUserWriteBlockMode .*whole server for shop: .*blog, wiki$/);
    expect(said[1]).toMatch(/^copier@admin, the copier's own user/);
    expect(said).toHaveLength(3);
    server.writeBlocked = true;
    expect(describeFence(await capture({ prefer: 'writeBlock' }), ['shop'])).toContainEqual(expect.stringContaining('blocked already'));
  });

  it('is refused by a write block that would stop the copier, too, and changes nothing', async () => {
    server.privileges = [{ resource: { cluster: true }, actions: ['setUserWriteBlockMode'] }];
    await expect(capture({ prefer: 'writeBlock' })).rejects.toMatchObject({ type: 'Forbidden', message: expect.stringContaining('bypassWriteBlockingMode') });
    expect(server.logged('setUserWriteBlockMode')).toEqual([]);
    server.writeBlocked = true;
    await expect(fence(await capture())).rejects.toMatchObject({ type: 'Forbidden', message: expect.stringContaining('UserWritesBlocked') });
  });

  it('falls back to roles on a server that knows no write block, and says so', async () => {
    server.missing.add('setUserWriteBlockMode');
    const captured = await capture({ prefer: 'writeBlock' });
    expect(captured).toMatchObject({ method: 'roles', reason: expect.stringContaining('this server knows none') });
    expect(describeFence(captured, ['shop'])[0]).toBe(`2 users that can write to shop can only read there meanwhile. ${captured.reason}`);
  });

  it('pauses the server deleting by itself where it would, and only there', async () => {
    server.add('shop', 'sessions', { indexes: [{ v: 2, key: { at: 1 }, name: 'at', expireAfterSeconds: 60 }] });
    const captured = await capture();
    expect(captured.ttlMonitor).toEqual({ enabled: true });
    await fence(captured);
    expect(server.ttlMonitorEnabled).toBe(false);
    await unfence(captured);
    expect(server.ttlMonitorEnabled).toBe(true);
  });
});
