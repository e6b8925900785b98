import { globSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { defaultDataConverter } from '@temporalio/common';
import { historyFromJSON } from '@temporalio/common/lib/proto-utils.js';
import { historyFacts } from '../../src/runs/history-facts.js';
import { ownReportIn, reportIn } from '../../src/runs/history-report.js';

const files = globSync('test/histories/**/*.json').sort();
const client = { options: { loadedDataConverter: { ...defaultDataConverter, payloadCodecs: [] } } } as unknown as Parameters<typeof historyFacts>[1];

const factsOf = (file: string, cut = 0) => {
  const events = historyFromJSON(JSON.parse(readFileSync(file, 'utf8'))).events ?? [];
  return historyFacts(events.slice(0, events.length - cut), client);
};

/** Runs that told their own report at their end. */
const runs = files.filter((file) => ownReportIn(factsOf(file))?.steps.length);

test('there are histories to look at', () => {
  expect(runs.length).toBeGreaterThan(3);
  expect(runs.filter((file) => ownReportIn(factsOf(file))?.inspected)).not.toEqual([]);
});

test.each(runs.map((file) => [basename(file), file]))('%s: what the history tells before its end is what the run itself told at its end', (_name, file) => {
  const own = ownReportIn(factsOf(file))!;
  const facts = factsOf(file, 1);
  const { run, kind, phase } = own;
  const told = reportIn(facts, { run, kind, phase });
  const steps = ({ steps }: typeof own) => steps.map(({ id, step, title, state }) => ({ id, step, title, state }));
  expect(steps(told)).toEqual(steps(own));
  const whole = ({ plan, title, committed, inspected }: typeof own) => ({ plan, title, committed, inspected });
  expect(whole(told)).toEqual(whole(own));
  const people = ({ decisions }: typeof own) =>
    decisions.filter(({ via }) => via !== 'policy').map(({ by, via, choice, reason }) => ({ by, via, choice, reason }));
  expect(people(told)).toEqual(people(own));
});

test('a gate that waits is told by what was begun', () => {
  const file = 'test/histories/database-copy.precopied.json';
  const whole = historyFromJSON(JSON.parse(readFileSync(file, 'utf8'))).events?.length ?? 0;
  const gates = Array.from(
    { length: whole - 1 },
    (_, cut) => reportIn(factsOf(file, cut + 1), { run: 'r1', kind: 'DatabaseCopy', phase: 'AwaitingApproval' }).gate,
  );
  expect(gates.toReversed().filter((gate, index, all) => gate !== all[index - 1])).toEqual(['start', 'cutover', 'commit', 'start']);
});
