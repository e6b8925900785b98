import { findVictim } from '../../src/drill/driver/find-victim.js';
import type { Sample } from '../../src/drill/targets/target.js';
import { course } from '../judge/support/ledger.js';
import { drillMember } from './support/drill-member.js';

const known = [drillMember(0), drillMember(1), drillMember(2)];

/** Looks for the one that the fault wants while the members' roles change by the quarter of a second; the last ones stay. */
async function find(of: 'primary' | 'replica', looks: readonly string[][]) {
  let at = 0;
  const sample = (roles: readonly string[]) => ({ members: roles.map((role, index) => ({ name: `pg-${index}`, role })), redundant: true }) as unknown as Sample;
  const clock = { now: () => at * 250, date: () => 0, sleep: async () => void at++ };
  const watch = {
    get latest() {
      return sample(looks[Math.min(at, looks.length - 1)] ?? []);
    },
  };
  const request = { ...course, token: 't', image: 'i', fault: { ...course.fault, of } };
  return { found: await findVictim({ request, watch, members: { known }, clock, ownNode: 'n2' }), afterMs: at * 250 };
}

test('the fault hits the primary, also beside the driver', async () => {
  expect(await find('primary', [['replica', 'primary', 'replica']])).toMatchObject({ found: { name: 'pg-1' }, afterMs: 0 });
});

test('of replicas one that does not stand beside the driver', async () => {
  expect(await find('replica', [['primary', 'replica', 'replica']])).toMatchObject({ found: { name: 'pg-2' } });
  expect((await find('replica', [['primary', 'replica', 'down']])).found).toBeUndefined();
});

test('a member that is silent once is looked for a while longer, not for ever', async () => {
  const silent = ['down', 'replica', 'replica'];
  expect(await find('primary', [silent, silent, ['primary', 'replica', 'replica']])).toMatchObject({ found: { name: 'pg-0' }, afterMs: 500 });
  expect(await find('primary', [silent])).toEqual({ found: undefined, afterMs: 2250 });
});
