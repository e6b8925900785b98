import type { Adapters } from '../../src/activities/adapters.js';
import { copyDatabase } from '../../src/activities/copy-database.js';
import { precopyDatabase } from '../../src/activities/precopy-database.js';
import { verifyDatabase } from '../../src/activities/verify-database.js';
import { fakePrecopier, horizon, servers } from '../support/fake-precopier.js';
import { StepRig } from '../support/step-rig.js';

const order = { ...servers, from: 'shop', to: 'store', withinSeconds: 60 };
const factory = (adapters: Adapters) => ({ ...copyDatabase(adapters), ...verifyDatabase(adapters), ...precopyDatabase(adapters) });
const roles = { made: ['owner'], found: ['app'], notes: ['Role app was there and keeps what it has: another password.'] };
const told = { roles: ['owner'], rolesFound: ['app'], notes: roles.notes };

describe('roles of PostgreSQL', () => {
  const begin = () => {
    const world = fakePrecopier();
    const source = { database: 'shop', rows: 3, bytes: 30, tables: 1 };
    world.answers.set('copy', { result: { source, horizon, roles, seconds: 1, accounting: { bytesCopiedTwice: 0 } } });
    return { ...world, rig: new StepRig(world.fake, factory) };
  };

  test('that were on the target already are told by a copy, with what they differ in', async () => {
    const { rig, answers } = begin();
    await rig.capture('copyDatabase', order, 'copy/store');
    expect(await rig.act('copyDatabase', order, 'copy/store')).toMatchObject(told);
    const precopy = { result: { tables: 2, bytes: 100, definitions: 3, roles, lagBytes: 7, seconds: 1 } };
    answers.set('precopy', precopy);
    const ahead = { ...order, slotLimitBytes: 1000 };
    await rig.capture('precopyDatabase', ahead);
    expect(await rig.act('precopyDatabase', ahead)).toMatchObject(told);
  });

  test('are proved by the run that made them; what may differ is told', async () => {
    const { rig, answers, requests } = begin();
    await rig.capture('copyDatabase', order, 'copy/store');
    await rig.act('copyDatabase', order, 'copy/store');
    answers.set('verify', { result: { equal: true, rows: 3, tables: [], differences: [], notes: ['Role app: another password.'], seconds: 1 } });
    const input = { ...order, copyStep: 'copy/store' };
    await rig.capture('verifyDatabase', input, 'verify/store');
    expect(await rig.act('verifyDatabase', input, 'verify/store')).toMatchObject({ equal: true, notes: ['Role app: another password.'] });
    expect(requests.at(-1)).toMatchObject({ verb: 'verify', run: 'r1' });
  });
});
