import { whyNotStrict } from '../../src/drill/targets/strictness.js';

const quorum = { sessionCommit: 'on', synchronousNames: 'ANY 1 ("pg-0", "pg-1", "pg-2")', states: ['quorum', 'quorum'], usesRepmgr: true };
const patroni = { sessionCommit: 'on', synchronousNames: '"pg-1"', states: ['sync', 'async'], usesRepmgr: false };

test.each([
  ['repmgr with a quorum over all members', quorum],
  ['Patroni with a synchronous replica', patroni],
])('%s is strict', (_, settings) => {
  expect(whyNotStrict(settings, 3)).toEqual([]);
});

test.each([
  [
    'on, with no names, is asynchronous',
    { ...quorum, synchronousNames: '', states: ['async', 'async'] },
    'synchronous_standby_names is empty: no replica is synchronous',
  ],
  ['a local commit', { ...quorum, sessionCommit: 'local' }, 'synchronous_commit is local: a commit does not wait for a replica'],
  [
    'a star counts a base backup',
    { ...quorum, synchronousNames: 'ANY 1 (*)' },
    'synchronous_standby_names has *: anything that receives WAL counts, a base backup as well',
  ],
  ['nobody streams synchronously', { ...patroni, states: ['async', 'async'] }, 'no replica streams synchronously now'],
  ['repmgr elects whom FIRST did not wait for', { ...quorum, synchronousNames: 'FIRST 1 ("pg-0", "pg-1", "pg-2")' }, 'repmgr elects by received position'],
  ['a member without a name', { ...quorum, synchronousNames: 'ANY 1 ("pg-0", "pg-1")' }, 'synchronous_standby_names names 2 of 3 members'],
])('%s: not strict', (_, settings, reason) => {
  expect(whyNotStrict(settings, 3).join('\n')).toContain(reason);
});
