import { judge } from '../../src/judge/judge.js';
import type { FinalRead, MemberSample } from '../../src/model/drill.js';
import { course, Scene } from './support/ledger.js';

const verdictOf = (scene: Scene, of = course) => judge(scene.ledger(), of);
const held = (scene: Scene, change: (read: FinalRead, index: number) => FinalRead): void => {
  const acked = scene.ledger().records.flatMap((record) => (record.type === 'ack' ? [record.id] : []));
  scene.reads = scene.held(acked).map(change);
};
const without = (read: FinalRead, id: number): FinalRead => ({
  ...read,
  rows: read.rows - 1,
  intact: read.intact.flatMap(([first, last]) =>
    id < first || id > last
      ? [[first, last] as const]
      : (
          [
            [first, id - 1],
            [id + 1, last],
          ] as const
        ).filter(([from, to]) => from <= to),
  ),
});

describe('a drill that went as expected', () => {
  test('is green, with the outage between the first write that failed and the first of ten acknowledged', () => {
    const result = verdictOf(new Scene());
    expect(result).toMatchObject({
      verdict: 'green',
      reasons: [],
      recoverySeconds: 3,
      recoveredBy: 'target',
      lost: 0,
      unexpected: 0,
      twoPrimaries: { seen: 0, acknowledged: 0 },
    });
    expect(result.phases).toMatchObject({ detected: 0, elected: 2, routed: 3, firstAck: 3, baseline: 3, redundant: 25.2 });
    expect(result).toMatchObject({ attempted: 6000, acked: 5700, failed: 300, unknown: 0, ackedLastSecond: 100 });
  });

  test('has no recovery time to speak of where users saw nothing', () => {
    const scene = new Scene();
    scene.downMs = 0;
    expect(verdictOf(scene)).toMatchObject({ verdict: 'green', recoverySeconds: 0, errorRate: 0 });
  });

  test('counts a stall that no write failed in, though each was acknowledged within a second', () => {
    const scene = new Scene();
    scene.downMs = 700;
    scene.fate = ({ id, due }) => [scene.ack(id, scene.isDown(due) ? scene.faultAt + 705 : due + 5, due > scene.faultAt ? 2 : 1)];
    expect(verdictOf(scene).recoverySeconds).toBe(0.7);
  });
});

test('a drill that was stopped for what its spec names is red, and says for what', () => {
  const scene = new Scene();
  scene.records.push({ type: 'stopped', at: 20_000, why: 'beside pg-0 pg-2 has not answered for 10 s' });
  expect(verdictOf(scene)).toMatchObject({ verdict: 'red', reasons: ['the drill was stopped: beside pg-0 pg-2 has not answered for 10 s'] });
});

describe('outages', () => {
  const down = (...times: readonly (readonly [from: number, ms: number])[]) => {
    const scene = new Scene();
    scene.isDown = (at) => times.some(([from, ms]) => at >= from && at < from + ms);
    return verdictOf(scene);
  };

  test('a blip right after the fault does not hide the outage behind it', () => {
    expect(down([10_100, 50], [11_000, 6000])).toMatchObject({ recoverySeconds: 6.9, outages: [{ from: 0.1, seconds: 6.9 }] });
  });

  test('a blip among the last writes is none: nothing follows that could end it', () => {
    expect(down([10_000, 3000], [59_900, 100])).toMatchObject({ verdict: 'green', outages: [{ from: 0, seconds: 3 }] });
  });

  test('a second one, when the old member comes back, is counted on its own, and the longest is held against the objective', () => {
    const result = down([10_000, 3000], [31_500, 11_000]);
    expect(result).toMatchObject({
      recoverySeconds: 3,
      recoveredBy: 'target',
      outages: [
        { from: 0, seconds: 3 },
        { from: 21.5, seconds: 11 },
      ],
    });
    expect(result.reasons).toContain('recovery took 11 s; 10 s may it take');
  });
});

describe('what was acknowledged and is not there', () => {
  test('is red, counted, and dated back to the oldest of them', () => {
    const scene = new Scene();
    const gone = [970, 980, 990];
    held(scene, (read) => gone.reduce(without, read));
    const result = verdictOf(scene);
    expect(result).toMatchObject({ verdict: 'red', lost: 3, rpoSeconds: 0.3 });
    expect(result.reasons).toContain('3 of 5700 acknowledged writes are lost; 0 may be');
  });

  test('is green where the objective allows as many', () => {
    const scene = new Scene();
    held(scene, (read) => without(read, 970));
    expect(verdictOf(scene, { ...course, expect: { ...course.expect, lostWrites: 1 } })).toMatchObject({ verdict: 'green', lost: 1 });
  });

  test('is red as well when it is missing on one replica only', () => {
    const scene = new Scene();
    held(scene, (read, index) => (index === 2 ? without(read, 970) : read));
    expect(verdictOf(scene)).toMatchObject({ verdict: 'red', lost: 1 });
  });
});

describe('rows that nobody was promised', () => {
  test.each<[string, (read: FinalRead) => FinalRead, string]>([
    ['a foreign id', (read) => ({ ...read, rows: read.rows + 1, foreign: 1 }), '1 rows are there that were never sent'],
    [
      'a write that the server had refused',
      (read) => ({ ...read, rows: read.rows + 1, intact: [...read.intact, [1100, 1100]] }),
      '1 rows are there that were never sent',
    ],
    ['a write that is there twice', (read) => ({ ...read, rows: read.rows + 1, duplicated: [5] }), '1 writes are there more than once'],
    ['a changed payload', (read) => ({ ...without(read, 5), rows: read.rows, changed: [5] }), '1 rows are not what was sent'],
  ])('%s is red', (_, change, reason) => {
    const scene = new Scene();
    held(scene, change);
    const result = verdictOf(scene);
    expect(result.verdict).toBe('red');
    expect(result.reasons.join()).toContain(reason);
  });

  test('a row on one replica only is red, though nobody misses it', () => {
    const scene = new Scene();
    scene.fate = (write) => (write.id === 1100 ? [{ type: 'unknown', id: 1100, at: write.due + 500, why: 'lost' }] : scene.usual(write));
    held(scene, (read, index) => (index === 1 ? { ...read, rows: read.rows + 1, intact: [...read.intact, [1100, 1100]] } : read));
    const result = verdictOf(scene);
    expect(result).toMatchObject({ verdict: 'red', recovered: 1, lost: 0 });
    expect(result.reasons.join()).toContain('do not hold the same rows');
  });

  test('an unknown write that is there on every member is recovered, and green', () => {
    const scene = new Scene();
    scene.fate = (write) => (write.id === 1100 ? [{ type: 'unknown', id: 1100, at: write.due + 500, why: 'lost' }] : scene.usual(write));
    held(scene, (read) => ({ ...read, rows: read.rows + 1, intact: [...read.intact, [1100, 1100]] }));
    expect(verdictOf(scene)).toMatchObject({ verdict: 'green', recovered: 1, unknown: 1 });
  });

  test('a row that appears after the final read is red', () => {
    const scene = new Scene();
    const acked = scene.ledger().records.flatMap((record) => (record.type === 'ack' ? [record.id] : []));
    const first = scene.held(acked);
    scene.reads = [...first, ...first.map((read) => ({ ...read, rows: read.rows + 1, intact: [...read.intact, [1100, 1100] as const] }))];
    expect(verdictOf(scene).reasons.join()).toContain('though nobody wrote');
  });
});

describe('two primaries', () => {
  const both =
    (scene: Scene, from: number, to: number) =>
    (at: number): readonly MemberSample[] =>
      at >= from && at < to
        ? [
            { name: 'pg-0', role: 'primary', timeline: 1 },
            { name: 'pg-1', role: 'primary', timeline: 2 },
            { name: 'pg-2', role: 'replica' },
          ]
        : scene.usualSample(at);

  test('are red when they were seen, however short', () => {
    const scene = new Scene();
    scene.samples = both(scene, 31_000, 31_200);
    expect(verdictOf(scene)).toMatchObject({ verdict: 'red', twoPrimaries: { seen: 1, acknowledged: 0 } });
  });

  test('are red when the old one acknowledged a write after the new one had', () => {
    const scene = new Scene();
    scene.fate = (write) => (write.id === 3100 ? [scene.ack(3100, write.due + 5, 1)] : scene.usual(write));
    expect(verdictOf(scene)).toMatchObject({ verdict: 'red', twoPrimaries: { seen: 0, acknowledged: 1 } });
  });

  test('acknowledgements while no member was primary came from somebody else', () => {
    const scene = new Scene();
    scene.fate = ({ id, due }) => [scene.ack(id, due + 5, due > scene.faultAt ? 2 : 1)];
    const { verdict, reasons } = verdictOf(scene);
    expect(reasons.join()).toContain('acknowledged while no member was primary');
    expect(verdict).toBe('red');
  });

  test('of a driver that was late itself they are a doubt, and are told all the same', () => {
    const scene = new Scene();
    scene.fate = ({ id, due }) => [scene.ack(id, due + 5, due > scene.faultAt ? 2 : 1)];
    scene.lateBy = ({ id }) => (id === 500 ? 80 : 0.2);
    const { verdict, reasons } = verdictOf(scene);
    expect(reasons.join()).toContain('acknowledged while no member was primary');
    expect(verdict).toBe('inconclusive');
  });
});

describe('a recovery that is not one', () => {
  test('longer than the objective is red', () => {
    const scene = new Scene();
    scene.downMs = 12_000;
    expect(verdictOf(scene)).toMatchObject({ verdict: 'red', recoverySeconds: 12, reasons: ['recovery took 12 s; 10 s may it take'] });
  });

  test('only after the drill took the fault back is red, whatever the objective says', () => {
    const scene = new Scene();
    scene.downMs = 22_000;
    expect(verdictOf(scene, { ...course, expect: { redundancyWithinSeconds: 60 } })).toMatchObject({ verdict: 'red', recoveredBy: 'revert' });
  });

  test('that never came is red', () => {
    const scene = new Scene();
    scene.downMs = 60_000;
    expect(verdictOf(scene).reasons).toContain('the target did not take writes again');
  });

  test('without full redundancy at the end is red', () => {
    const scene = new Scene();
    scene.samples = (at) => scene.usualSample(Math.min(at, 34_000));
    expect(verdictOf(scene).reasons).toContain('the target was not fully redundant again within 60 s');
  });
});

describe('a drill that proves nothing', () => {
  test('that was cut off says nothing of what did not come any more', () => {
    const scene = new Scene();
    scene.isDown = (at) => at >= scene.faultAt;
    const { records } = scene.ledger();
    expect(judge({ records }, course).reasons).toContain('the target did not take writes again');
    const { verdict, reasons } = judge({ records: records.filter(({ at }) => at < 20_000) }, course);
    expect([verdict, reasons.filter((reason) => reason.startsWith('the target'))]).toEqual(['inconclusive', []]);
  });

  test.each([
    ['once by more than it may ever be', 4000, 501, ['the load generator was up to 501 ms late; 500 ms may it be']],
    ['once by less', 4000, 499, []],
    ['with one write in fifty', 50, 51, ['the load generator was 51 ms late or more with one write in a hundred; 50 ms may it be']],
    ['with one write in fifty by less', 50, 49, []],
  ])('whose generator was late %s', (_when, every, latenessMs, doubts) => {
    const scene = new Scene();
    scene.lateBy = ({ id }) => (id % every === 0 ? latenessMs : 0.2);
    const { verdict, reasons, latenessMs: told } = verdictOf(scene);
    expect([told, reasons.filter((reason) => reason.startsWith('the load generator'))]).toEqual([latenessMs, doubts]);
    expect(doubts.length === 0 || verdict !== 'green').toBe(true);
  });

  test('is inconclusive where too little was written right before the fault', () => {
    const scene = new Scene();
    scene.fate = (write) =>
      write.due > 9000 && write.due < 10_000 && write.id % 2 === 0 ? [{ type: 'failed', id: write.id, at: write.due + 5, why: 'no' }] : scene.usual(write);
    expect(verdictOf(scene).reasons.join()).toContain('50 writes were acknowledged in the last second before the fault; 80 are needed');
  });

  test('is inconclusive with something left behind, without an end, and with a final read that is not whole', () => {
    const left = new Scene();
    left.records.push({ type: 'end', at: 61_000, diffAfter: ['+ node n1 tainted'] });
    expect(verdictOf(left)).toMatchObject({ verdict: 'inconclusive', diffAfter: ['+ node n1 tainted'] });
    const whole = new Scene().ledger();
    expect(judge({ records: whole.records.filter(({ type }) => type !== 'end') }, course).reasons).toContain('the ledger has no end');
    const short = new Scene();
    held(short, (read) => ({ ...read, rows: read.rows + 7 }));
    expect(verdictOf(short).reasons.join()).toContain('its final read is not whole');
    const two = new Scene();
    held(two, (read) => read);
    two.reads = two.reads?.slice(0, 2);
    expect(verdictOf(two).reasons).toContain('2 of 3 members were read in the end');
  });

  test('is red all the same where writes were lost: no fault of the drill explains that', () => {
    const scene = new Scene();
    scene.lateBy = ({ id }) => (id === 4000 ? 60 : 0.2);
    held(scene, (read) => without(read, 970));
    expect(verdictOf(scene).verdict).toBe('red');
  });

  test('was not run where it was refused', () => {
    const scene = new Scene();
    scene.records.push({ type: 'refused', at: 1, why: 'strict is not available here' });
    expect(verdictOf(scene)).toMatchObject({ verdict: 'notRun', reasons: ['strict is not available here'] });
  });
});
