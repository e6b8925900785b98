import { answersWhileHeld, heldOut, missedPromises } from '../../bench/window.js';
import type { DecisionRecord, StepReport } from '../../src/model/report.js';

const at = (seconds: number): string => new Date(seconds * 1000).toISOString();

const hold = (id: string, endedAt: number): StepReport => ({ id, step: 'holdTraffic', title: id, phase: 'Hold traffic', state: 'done', endedAt: at(endedAt) });
const approval: DecisionRecord = { at: at(60), question: 'commit', by: 'ada', via: 'cli', choice: 'approve', reason: 'looked at it' };
const report = { steps: [hold('hold/web', 10), hold('hold/api', 12)], decisions: [approval] };
const answer = (seconds: number, servedBy?: string) => ({
  t: seconds * 1000,
  url: 'http://shop/',
  ok: false,
  status: 503,
  ms: 5,
  ...(servedBy !== undefined && { servedBy }),
});

it('Users are held out from the end of the last hold to the approval of the commit', () => {
  expect(heldOut(report)).toEqual({ from: 12_000, to: 60_000 });
});

it('A report without a hold that ended, or without the approval, proves nothing', () => {
  expect(() => heldOut({ ...report, steps: [] })).toThrow('no hold step');
  expect(() => heldOut({ ...report, decisions: [] })).toThrow('no approval of the commit');
});

it('Every answer of the product in between is told, whatever its status; a maintenance page is not one', () => {
  const samples = [answer(11, 'web-1'), answer(20, 'web-1'), answer(30), answer(61, 'web-2')];
  expect(answersWhileHeld(samples, report)).toEqual(['web-1 answered 503 at http://shop/, 8.00 s after the hold']);
});

it('The promised window is 1.3 times the one by hand and 15 s, without an answer in it', () => {
  expect(missedPromises({ bareSeconds: 20, downtimeSeconds: 41, answers: [] })).toEqual([]);
  expect(missedPromises({ bareSeconds: 20, downtimeSeconds: 41.1, answers: ['web-1 answered'] })).toEqual([
    'users were out for 41.1 s; by hand it takes 20.0 s, so 41.0 s were allowed',
    '1 answers while held out: web-1 answered',
  ]);
});
