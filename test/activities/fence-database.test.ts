import { fenceDatabase } from '../../src/activities/fence-database.js';
import { createFakeCluster } from '../support/fake-cluster/fake-cluster.js';
import { adminPassword, server, withDatabases } from '../support/fake-copier.js';
import { stepLaws } from '../support/step-laws.js';
import { StepRig } from '../support/step-rig.js';

const input = { server, databases: ['old'] };
const world = (users: object = { 'api@old': ['readWrite', 'custom'] }) => {
  const fake = createFakeCluster();
  const copier = withDatabases(fake, { data: { old: { orders: ['1', '2'] } }, users: users as { [user: string]: string[] } });
  return { fake, copier };
};

stepLaws('fenceDatabase', {
  step: 'fenceDatabase',
  factory: fenceDatabase,
  input,
  world: () => world().fake,
  secrets: [adminPassword],
  done: (fake, result) => {
    expect(result).toEqual({ method: 'roles', holes: [] });
    expect(JSON.stringify(fake.world())).toContain('\\"api@old\\":[\\"read\\"]');
  },
});

describe('fenceDatabase', () => {
  test('gives the exact roles back', async () => {
    const { fake, copier } = world();
    const rig = new StepRig(fake, fenceDatabase);
    await rig.capture('fenceDatabase', input);
    await rig.act('fenceDatabase', input);
    expect(copier.databases().users).toEqual({ 'api@old': ['read'] });
    await rig.undo('fenceDatabase');
    expect(copier.databases().users).toEqual({ 'api@old': ['readWrite', 'custom'] });
  });

  test('a server that can shut nobody out is said so, and nothing is asked of it', async () => {
    const { fake, copier } = world({});
    const rig = new StepRig(fake, fenceDatabase);
    await rig.capture('fenceDatabase', input);
    expect(await rig.act('fenceDatabase', input)).toEqual({ method: 'none', holes: [] });
    await rig.undo('fenceDatabase');
    expect(copier.requests.map(({ verb }) => verb)).toEqual(['captureFence']);
  });

  test('names the other databases that a write block stops', async () => {
    const fake = createFakeCluster();
    withDatabases(fake, { data: { old: {}, blog: {} }, users: { 'root@admin': ['bypassWriteBlockingMode'] } });
    const rig = new StepRig(fake, fenceDatabase);
    const wish = { ...input, prefer: 'writeBlock' } as const;
    expect(await rig.check('fenceDatabase', wish)).toEqual([]);
    await rig.capture('fenceDatabase', wish);
    expect(await rig.act('fenceDatabase', wish)).toEqual({ method: 'writeBlock', holes: [], stops: ['blog'] });
  });

  test('its check names the bypass that the copier itself lacks', async () => {
    const problems = await new StepRig(world().fake, fenceDatabase).check('fenceDatabase', { ...input, prefer: 'writeBlock' });
    expect(problems).toEqual([expect.stringContaining('root@admin may not write while the write block is on')]);
  });

  test('without a capture no rights are taken', async () => {
    const { fake, copier } = world();
    await expect(new StepRig(fake, fenceDatabase).act('fenceDatabase', input)).rejects.toMatchObject({ type: 'NotFound' });
    expect(copier.requests).toEqual([]);
  });

  test("its check names an administrator's key that is not there", async () => {
    const { fake } = world();
    const wrong = { ...server, admin: { secretRef: { ...server.admin.secretRef, passwordKey: 'pass' } } };
    expect(await new StepRig(fake, fenceDatabase).check('fenceDatabase', { ...input, server: wrong })).toEqual([
      'Secret mongodb/root has no key pass; it has username, password',
    ]);
  });
});
