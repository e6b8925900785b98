import { type PrivateServerWish, servePrivately } from '../../src/plans/private-server.js';

const wish: PrivateServerWish = {
  claim: { namespace: 'shop', name: 'data-db-0' },
  volume: 'pv-1',
  data: 'pgdata',
  major: 11,
  user: { uid: 1001, gid: 0 },
  image: 'registry.example.com/db:11',
  binaries: '/opt/db/bin',
  workloads: [{ apiVersion: 'apps/v1', kind: 'StatefulSet', namespace: 'shop', name: 'db' }],
};

test('the volume is kept before anything is started on it, and what is started refuses every write', () => {
  const { steps, notes } = servePrivately(wish);
  expect(steps.map(({ step }) => step)).toEqual(['retainVolume', 'servePrivately']);
  expect(steps[1]).toMatchObject({ id: 'serve/data-db-0', input: { mode: 'standby', superuser: 'postgres', binaries: '/opt/db/bin', user: { uid: 1001 } } });
  expect(notes[0]).toMatch(/no role can write to it/);
});

test('unlogged tables are not emptied: their server is closed instead, and the plan says so', () => {
  const { steps, notes } = servePrivately({ ...wish, unlogged: true });
  expect(steps[1]?.input).toMatchObject({ mode: 'closed' });
  expect(notes[0]).toMatch(/unlogged tables, which a start in recovery would empty/);
});
