import type { Power } from '../../src/adapters/power/power.js';
import { nodeOff } from '../../src/drill/faults/node-off.js';
import type { Node, Pod } from '../../src/model/kube-object.js';
import { parseWindow, type Window } from '../../src/model/schedule/window.js';
import { course } from '../judge/support/ledger.js';
import { createFakeCluster } from '../support/fake-cluster/fake-cluster.js';
import { ByHand } from './support/by-hand.js';

const errorRate = { of: 'service/web', url: 'http://web.orders.svc:80/', above: 0.05 };
/** Two seconds of connections, ten of steady time. */
const faultAt = 12;

describe('a course', () => {
  test('takes its fault back when it has lasted as long as it shall', async () => {
    const hand = new ByHand();
    await hand.drive();
    expect(hand.acts).toEqual(['arm', `off at ${faultAt} s`, `on at ${faultAt + 20} s`, 'disarm']);
    expect([...hand.whys('refused'), ...hand.whys('problem'), ...hand.whys('stopped')]).toEqual([]);
  });

  test('that is told to stop takes it back at once', async () => {
    const hand = new ByHand();
    hand.at(faultAt + 3, () => hand.acts.push('abort'));
    expect((await hand.drive()).verdict).toBe('inconclusive');
    expect(hand.acts).toEqual(['arm', `off at ${faultAt} s`, 'abort', `on at ${faultAt + 3} s`, 'disarm']);
  });
});

describe('a target that is not whole beside its members', () => {
  const amiss = ['for the pooler pg-2 is down'];

  test('is waited for', async () => {
    const hand = new ByHand();
    hand.troubles = amiss;
    hand.at(20, () => {
      hand.troubles = [];
    });
    await hand.drive();
    expect(hand.acts).toContain(`off at ${faultAt + 20} s`);
  });

  test('is not drilled', async () => {
    const hand = new ByHand();
    hand.troubles = amiss;
    expect(await hand.drive()).toMatchObject({ verdict: 'notRun', reasons: ['the target is not whole: for the pooler pg-2 is down'] });
    expect(hand.acts).toEqual([]);
  });
});

describe('a course with a failback', () => {
  const failback = { command: ['switchover', '--from', '{primary}', '--to', '{member}'], withinSeconds: 30 };
  const failover = (hand: ByHand) =>
    hand.at(faultAt + 5, () => {
      hand.primary = 'pg-1';
    });

  test('makes the old primary primary again once all is well', async () => {
    const hand = new ByHand({ failback });
    failover(hand);
    const { failback: told } = await hand.drive();
    expect(hand.acts.slice(-2)).toEqual(['disarm', expect.stringMatching(/^switchover --from pg-1 --to pg-0 in pg-0 at \d+(\.\d+)? s$/)]);
    expect(told).toEqual({ seconds: 0, outageSeconds: 0 });
  });

  test('leaves it where it came back by itself', async () => {
    const hand = new ByHand({ failback });
    await hand.drive();
    expect(hand.acts.at(-1)).toBe('disarm');
  });

  test('leaves a target alone that was told to stop, or that is not whole', async () => {
    const stopped = new ByHand({ failback });
    failover(stopped);
    stopped.at(faultAt + 8, () => stopped.acts.push('abort'));
    await stopped.drive();
    const ill = new ByHand({ failback });
    failover(ill);
    ill.at(faultAt + 8, () => ill.silent.add('pg-2'));
    await ill.drive();
    expect([stopped, ill].map(({ acts }) => acts.at(-1))).toEqual(['disarm', 'disarm']);
  });

  test('is told by its program where that fails, and is red: the old primary is not back in time', async () => {
    const hand = new ByHand({ failback });
    failover(hand);
    hand.ran = { exitCode: 3, output: 'no such candidate' };
    const { reasons, failback: told } = await hand.drive();
    expect(hand.whys('problem')).toEqual(['in the failback: switchover ended with 3: no such candidate']);
    expect(reasons).toContain('the old primary was not primary again within 30 s');
    expect(told).toEqual({ outageSeconds: 0 });
  });
});

describe('a course with a window', () => {
  // After the fault: 60 s until the guard acts, 60 s until the target is whole, 300 s around.
  const window = parseWindow('Sun 03:00-05:00 UTC') as Window;

  test('injects nothing where what may follow does not fit any more, right before the fault', async () => {
    const hand = new ByHand({ window });
    hand.date = Date.parse('2027-01-03T04:52:49Z');
    expect(await hand.drive()).toMatchObject({
      verdict: 'notRun',
      reasons: ['its window Sun 03:00-05:00 UTC closes at 2027-01-03 05:00 UTC, in 419 s; it may take 420 s'],
    });
    expect(hand.acts).toEqual([]);
  });

  test('injects where it fits', async () => {
    const hand = new ByHand({ window });
    hand.date = Date.parse('2027-01-03T04:52:48Z');
    await hand.drive();
    expect(hand.acts).toContain(`off at ${faultAt} s`);
  });
});

describe('a course that stops for users’ errors', () => {
  test('takes the fault back as soon as too many of the last ten seconds’ requests fail, and is red', async () => {
    const hand = new ByHand({ stopWhen: { errorRate } });
    hand.at(faultAt + 2, () => {
      hand.status = 503;
    });
    const { verdict, reasons } = await hand.drive();
    expect(hand.whys('stopped')).toEqual(['6 of the last 50 requests to service/web failed; 5 % may']);
    expect(hand.acts).toEqual(['arm', `off at ${faultAt} s`, `on at ${faultAt + 3} s`, 'disarm']);
    expect(reasons).toContain('the drill was stopped: 6 of the last 50 requests to service/web failed; 5 % may');
    // Nobody wrote here, which alone proves nothing.
    expect(verdict).toBe('inconclusive');
  });

  test('goes on where no more fail than may, and where users are refused something by right', async () => {
    const hand = new ByHand({ stopWhen: { errorRate } });
    hand.at(3, () => {
      hand.status = 403;
    });
    for (const [from, status] of [
      [14, 500],
      [14.3, 403],
    ] as const)
      hand.at(from, () => {
        hand.status = status;
      });
    await hand.drive();
    expect(hand.whys('stopped')).toEqual([]);
    expect(hand.acts).toContain(`on at ${faultAt + 20} s`);
  });

  test('does not begin where they fail already', async () => {
    const hand = new ByHand({ stopWhen: { errorRate } });
    hand.status = 500;
    expect(await hand.drive()).toMatchObject({ verdict: 'notRun', reasons: ['before the fault 25 of the last 25 requests to service/web failed; 5 % may'] });
    expect(hand.acts).toEqual([]);
  });
});

describe('a course that stops for a second member', () => {
  const stopWhen = { secondMemberIllSeconds: 5 };

  test('takes the fault back when another one has not answered for so long', async () => {
    const hand = new ByHand({ stopWhen });
    hand.at(faultAt + 2, () => hand.silent.add('pg-2'));
    hand.at(faultAt + 12, () => hand.silent.delete('pg-2'));
    await hand.drive();
    expect(hand.whys('stopped')).toEqual(['beside pg-0 pg-2 has not answered for 5 s']);
    expect(hand.acts).toEqual(['arm', `off at ${faultAt} s`, `on at ${faultAt + 7} s`, 'disarm']);
  });

  test('goes on where it is back in time', async () => {
    const hand = new ByHand({ stopWhen });
    for (const second of [2, 8]) {
      hand.at(faultAt + second, () => hand.silent.add('pg-2'));
      hand.at(faultAt + second + 4, () => hand.silent.delete('pg-2'));
    }
    await hand.drive();
    expect(hand.whys('stopped')).toEqual([]);
  });
});

describe('pods that hang in Terminating', () => {
  const theirs = { key: 'theirs', effect: 'NoSchedule' };
  const n1: Node = { apiVersion: 'v1', kind: 'Node', metadata: { name: 'n1' }, spec: { taints: [theirs] } };
  const taintsOf = ({ fake }: ByHand) => fake.find<Node>({ apiVersion: 'v1', kind: 'Node', name: 'n1' })?.spec?.taints;

  /** Its eviction comes five seconds after the fault and gives it two to end: five more, and it hangs. */
  function evicted(stuckPods?: 'forceDelete' | 'outOfService'): ByHand {
    const hand = new ByHand({ fault: { ...course.fault, ...(stuckPods && { stuckPods }) } });
    hand.fake.seed(n1);
    const pod = (name: string, nodeName: string, more: object = {}): Pod => ({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { namespace: 'db', name, uid: `uid-of-${name}`, ...more },
      spec: { containers: [], nodeName },
    });
    const deletionTimestamp = new Date(hand.date + (faultAt + 7) * 1000).toISOString();
    hand.pods = [pod('pg-0', 'n1'), pod('pg-1', 'n2')];
    hand.at(faultAt + 5, () => {
      hand.pods = [pod('pg-0', 'n1', { deletionTimestamp }), pod('pg-1', 'n2', { deletionTimestamp })];
    });
    return hand;
  }

  test('are shown from when they are overdue, those of that node only, and nothing is done about them', async () => {
    const hand = evicted();
    hand.at(faultAt + 18, () => {
      hand.pods = [];
    });
    expect((await hand.drive()).stuckPods).toEqual([{ name: 'pg-0', from: 13, seconds: 5 }]);
    expect(hand.told.filter(({ type }) => type === 'stuck')).toEqual([
      { type: 'stuck', pods: ['pg-0'] },
      { type: 'stuck', pods: [] },
    ]);
    expect(hand.acts).toEqual(['arm', `off at ${faultAt} s`, `on at ${faultAt + 20} s`, 'disarm']);
    expect(taintsOf(hand)).toEqual([theirs]);
  });

  test('are deleted by force, each once, while the power controller says that their node is off', async () => {
    const hand = evicted('forceDelete');
    expect((await hand.drive()).stuckPods).toEqual([{ name: 'pg-0', from: 13, seconds: 1, freedBy: 'forceDelete' }]);
    expect(hand.acts).toEqual(['arm', `off at ${faultAt} s`, 'delete pg-0 (uid-of-pg-0) with 0 s of grace, off', `on at ${faultAt + 20} s`, 'disarm']);
  });

  test('are freed by the out-of-service taint, which is taken off once the node is on again', async () => {
    const hand = evicted('outOfService');
    let during: unknown;
    hand.at(faultAt + 15, () => {
      during = taintsOf(hand);
    });
    const { stuckPods, diffAfter } = await hand.drive();
    expect(during).toEqual([theirs, { key: 'node.kubernetes.io/out-of-service', value: 'nodeshutdown', effect: 'NoExecute' }]);
    expect(taintsOf(hand)).toEqual([theirs]);
    expect(stuckPods).toMatchObject([{ name: 'pg-0', freedBy: 'outOfService' }]);
    expect(diffAfter).toEqual([]);
  });

  test('are not freed where the node is on, whoever switched it on', async () => {
    for (const how of ['forceDelete', 'outOfService'] as const) {
      const hand = evicted(how);
      hand.at(faultAt + 12, () => {
        hand.isOff = false;
      });
      await hand.drive();
      expect(hand.acts.filter((act) => act.startsWith('delete'))).toEqual([]);
      expect(taintsOf(hand)).toEqual([theirs]);
    }
  });

  test('of a node that is tainted so already are no drill', async () => {
    const hand = evicted('outOfService');
    hand.fake.seed({ ...n1, spec: { taints: [{ key: 'node.kubernetes.io/out-of-service', effect: 'NoExecute' }] } } as Node);
    expect((await hand.drive()).verdict).toBe('notRun');
    expect(hand.whys('refused')[0]).toBe('n1 has the taint node.kubernetes.io/out-of-service already: it would be taken off in the end');
    expect(hand.acts).toEqual([]);
  });
});

test('the guard alone takes the taint off, too, with what was captured', async () => {
  const fake = createFakeCluster();
  const taints = [{ key: 'node.kubernetes.io/out-of-service', value: 'nodeshutdown', effect: 'NoExecute' }];
  fake.seed({ apiVersion: 'v1', kind: 'Node', metadata: { name: 'n1' }, spec: { taints } } as Node);
  const switched: string[] = [];
  const power: Power = { state: async () => 'off', switch: async (node, to) => void switched.push(`${node} ${to}`) };
  await nodeOff({ power, kube: fake }).revert({ node: 'n1', stuckPods: 'outOfService' });
  expect(switched).toEqual(['n1 on']);
  expect(fake.find<Node>({ apiVersion: 'v1', kind: 'Node', name: 'n1' })?.spec?.taints).toEqual([]);
});
