import { gauge, readSamples } from '../e2e/drill/gauge.js';

const acks = (...seconds: readonly number[]) => seconds.map((at) => `${at} ack ${at}`);
const says = (at: number, member: string, isPrimary: boolean) => `${at} member ${member} ${isPrimary ? 'f' : 't'}`;
const read = (...lines: readonly string[]) => readSamples(lines.join('\n'));

test('the silence is the longest time between two acknowledged writes, failed ones in it or not', () => {
  const seen = gauge(read(...acks(10, 10.2), '10.4 failed 1', '11.5 failed 2', ...acks(17.2, 17.3)), 10_250);
  expect(seen).toEqual({ silenceSeconds: 7, backAfterSeconds: 7, twoPrimariesSeconds: 0 });
});

test('writes that come back and stop again are not back', () => {
  expect(gauge(read(...acks(10, 12), '14 failed 1', '19 failed 2'), 10_000).backAfterSeconds).toBeUndefined();
});

test('what happened before the fault does not count', () => {
  expect(gauge(read(...acks(1, 9.5, 10, 10.1)), 9_800).silenceSeconds).toBe(0.5);
});

test('a silence begins with the last acknowledged write, however long before the fault that was', () => {
  expect(gauge(read(...acks(1, 7), '9 failed 1', ...acks(30, 30.1)), 10_000)).toMatchObject({ silenceSeconds: 23, backAfterSeconds: 20 });
});

test('two members that say they are primary are seen for as long as both say so', () => {
  const lines = [says(10, 'a', true), says(10, 'b', false), says(10.5, 'b', true), says(11, 'a', true), says(11.5, 'b', true), says(12, 'a', false)];
  expect(gauge(read(...lines, says(13, 'b', true)), 10_000).twoPrimariesSeconds).toBe(1);
});

test('a primary that stopped answering is no second one', () => {
  expect(gauge(read(says(10, 'a', true), '10.5 member a ?', says(12, 'b', true), says(12.5, 'b', true)), 10_000).twoPrimariesSeconds).toBe(0);
});
