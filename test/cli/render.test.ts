import pc from 'picocolors';
import { stepProgress } from '../../src/api/schema/examples.js';
import { orphanTable } from '../../src/cli/commands/reap.js';
import { parseDuration } from '../../src/cli/context.js';
import { planText } from '../../src/cli/render/plan-text.js';
import { Progress } from '../../src/cli/render/progress.js';
import { reportText } from '../../src/cli/render/report-text.js';
import { runsTable } from '../../src/cli/render/runs-table.js';
import type { Report, StepReport } from '../../src/model/report.js';
import { reportMarkdown } from '../../src/render/report-markdown.js';
import { inWords, shellWord, showAge, showEstimate, showSeconds, table } from '../../src/render/words.js';
import { planShop } from './support/shop-kind.js';

const colors = pc.createColors(false);
const at = (seconds: number) => new Date(Date.UTC(2026, 10, 21, 22, 0, seconds)).toISOString();

const step = (id: string, state: StepReport['state'], more: Partial<StepReport> = {}): StepReport => ({
  id,
  step: 'scaleDown',
  title: `Stop ${id}`,
  phase: 'Stop',
  state,
  ...more,
});

const report: Report = {
  run: 'r-1',
  kind: 'KustomizeToHelm',
  title: 'Move shop to Helm',
  phase: 'Succeeded',
  plan: 'cafe12345678',
  startedAt: at(0),
  endedAt: at(125),
  committed: true,
  phases: [{ id: 'stop', title: 'Stop', startedAt: at(1), endedAt: at(64), seconds: 63 }],
  steps: [step('api', 'done', { startedAt: at(1), endedAt: at(3), result: { pods: 3 } }), step('web', 'planned')],
  checks: [{ id: 'proof', title: 'Prove shop equal', state: 'done', endedAt: at(70), result: { documents: 3 } }],
  heldOut: { from: at(1), to: at(53), seconds: 52 },
  decisions: [{ at: at(2), question: 'start', by: 'ada', via: 'cli', choice: 'approve', reason: 'CHG|4711', plan: 'cafe12345678' }],
  notes: ['hooks are left out'],
};

test('a plan shows phases, steps with their undo, gates, notes and the hash', () => {
  expect(planText({ plan: planShop(), hash: 'cafe12345678' }, [], colors)).toBe(`Move shop to Helm
KustomizeToHelm, 2 phases, 3 steps; locks release/shop/web

⏸ start: a person approves the plan, then it begins
Prepare
  • Keep pv-1  (undo: retain volume)
  • Stop api  (undo: scale down, can be skipped)

⏸ commit: a person approves, then users are let in to the target: what they write from here on is lost by a rollback
Open traffic
  • Stop web  (undo: scale down, can be skipped)

Notes
  - hooks are left out

plan cafe12345678`);
});

test('steps that run side by side are drawn together, and problems come with their check', () => {
  const [prepare] = planShop().phases;
  const steps = prepare!.steps.map((each) => ({ ...each, group: 'stop' }));
  const text = planText({ plan: { ...planShop(), phases: [{ ...prepare!, steps }] }, hash: 'x' }, [{ check: 'quota', message: 'full' }], colors);
  expect(text).toContain('  • Keep pv-1  (undo: retain volume)\n  ├ Stop api');
  expect(text).toContain('  ✗ quota: full');
});

test('a report in Markdown has outcome, phases, checks, steps, decisions, notes and results; foreign text breaks no table', () => {
  const text = reportMarkdown(report);
  expect(text).toContain('# Move shop to Helm');
  expect(text).toContain('| Outcome | **Succeeded**. Done. It can be taken back until it is finalized. |');
  expect(text).toContain(`| Ended | ${at(125)} (2 min 05 s) |`);
  expect(text).toContain(`| Stop | ${at(1)} | 1 min 03 s |`);
  expect(text).toContain(`| Prove shop equal | done | ${at(70)} |`);
  expect(text).toContain(`| Users held out | 52 s, from ${at(1)} to ${at(53)} |`);
  expect(text).toContain('| Stop | Stop api | done | 2.0 s |');
  expect(text).toContain(`| ${at(2)} | ada (cli) | approve of plan \`cafe12345678\` | start | CHG\\|4711 |`);
  expect(text).toContain('- Stop api: `{"pods":3}`');
});

test('what was found is told with the plan and in the report, whatever it is called', () => {
  const inspected = [{ name: 'shop', facts: ['2 tables', 'roles: <b>|'] }];
  expect(planText({ plan: { ...planShop(), inspected }, hash: 'x' }, [], colors)).toContain('\nFound: shop\n  - 2 tables\n  - roles: <b>|\n');
  expect(reportMarkdown({ ...report, inspected })).toContain('## Found: shop\n\n- 2 tables\n- roles: &lt;b>\\|\n');
});

test('an estimate tells the room, and what is free as far as that is known', () => {
  const estimate = { bytes: 5 * 2 ** 30, seconds: 224 };
  expect(showEstimate({ ...estimate, space: { neededBytes: 6 * 2 ** 30, freeBytes: 2 ** 34 } })).toBe(
    'about 3 min 44 s for 5.0 GiB; takes 6.0 GiB of the target, where 16.0 GiB are free',
  );
  expect(showEstimate({ ...estimate, space: { neededBytes: 6 * 2 ** 30 } })).toMatch(/; takes 6\.0 GiB of the target, which does not tell what is free$/);
});

test('a report on the terminal shows what waits with the command that answers', () => {
  const question = { number: 2, text: 'disk full', choices: ['retry', 'rollback'], deadline: at(900), default: 'rollback' } as const;
  expect(reportText({ ...report, phase: 'Parked', question }, 'migrate/a/b c', colors)).toContain(`? question 2: disk full
  rehelm decide 'migrate/a/b c' --question 2 --choice retry|rollback --reason …
  Without an answer by ${at(900)}: rollback.`);
});

test('a report on the terminal shows what is tried again, and why', () => {
  const triedAgain = [{ activity: 'copyDatabase', attempt: 12, failure: 'createIndexes on new: connection closed\nand more' }];
  expect(reportText({ ...report, phase: 'Running' }, 'w', colors, { triedAgain })).toContain(
    '↻ copy database, attempt 12, failed last with: createIndexes on new: connection closed',
  );
});

test('a report on the terminal shows how far data has moved, where, how fast, and how long it will take', () => {
  const progress = [{ ...stepProgress, bytesPerSecond: 50_331_648, slowedBy: 'the source answers after 600 ms' }];
  const running = { ...report, phase: 'Running' as const, steps: [{ ...step('copy', 'begun'), id: 'copy/shop', title: 'Copy shop' }] };
  expect(reportText(running, 'w', colors, { progress })).toContain(
    '▸ Copy shop: copy, 3 of 20 units, 1.2 GiB of 5.0 GiB, 1,200,000 records, 48.0 MiB a second, about 1 min 25 s left, at public.orders/3, slowed: the source answers after 600 ms',
  );
});

test('progress tells only what is new', () => {
  const progress = new Progress('migrate/shop/web', colors);
  const running: Report = { ...report, phase: 'Running', steps: [step('api', 'begun', { startedAt: at(1) }), step('web', 'planned')] };
  expect(progress.news(running)).toEqual(['→ ada: approve start (CHG|4711)', 'Running']);
  expect(progress.now(running, Date.parse(at(4)))).toBe('… Stop api 3.0 s');
  expect(progress.news(running)).toEqual([]);
  expect(progress.news(report)).toEqual(['✓ Stop api  2.0 s', 'Succeeded']);
});

test('the list of runs shows what waits', () => {
  const run = {
    run: 'r-1',
    workflowId: 'migrate/shop/web',
    kind: 'K',
    title: 'Move shop',
    phase: 'Parked',
    startedAt: at(0),
    open: true,
    committed: false,
    waitingFor: 'decision',
  };
  expect(runsTable([run], Date.parse(at(90)), colors)).toBe(`PHASE   WAITS FOR  RUN               ID   STARTED    TITLE
Parked  decision   migrate/shop/web  r-1  1 min ago  Move shop`);
});

test('orphans that may hold data are left to a person', () => {
  const object = { apiVersion: 'v1', kind: 'PersistentVolumeClaim', namespace: 'shop', name: 'data' };
  expect(orphanTable([{ object, uid: 'u', run: 'r', since: at(0), removable: false }], Date.parse(at(1)))).toContain(
    'PersistentVolumeClaim shop/data  r    1 s ago  no: look at it yourself',
  );
});

test('words for people', () => {
  expect([0.44, 12.6, 65, 7500].map(showSeconds)).toEqual(['0.4 s', '13 s', '1 min 05 s', '2 h 05 min']);
  expect(showAge(at(0), Date.parse(at(0)) + 3 * 86_400_000)).toBe('3 d ago');
  expect(["it's", 'a/b', ''].map(shellWord)).toEqual([String.raw`'it'\''s'`, 'a/b', "''"]);
  expect(inWords('handOverVolume')).toBe('hand over volume');
  expect(
    table([
      ['a', 'b'],
      ['long', 'c'],
    ]),
  ).toBe('a     b\nlong  c');
  expect(parseDuration('2h')).toBe(7200);
  expect(() => parseDuration('soon')).toThrow('expected a duration');
});
