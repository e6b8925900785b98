import type { Report, StepReport } from '../../src/model/report.js';
import { details } from '../../src/workflows/engine/details.js';

const steps = (states: readonly StepReport['state'][]): readonly StepReport[] =>
  states.map((state, index) => ({ id: `prepare/${index}`, step: 'retainVolume', title: `Keep pv-${index}`, phase: 'Prepare', state }));
const times = (count: number, state: StepReport['state']): readonly StepReport['state'][] => Array.from({ length: count }, () => state);

const report = (states: readonly StepReport['state'][]): Report => ({
  run: 'run-1',
  kind: 'KustomizeToHelm',
  title: 'Move shop to Helm',
  phase: 'RollingBack',
  startedAt: '2026-11-22T20:00:00.000Z',
  phases: [],
  steps: steps(states),
  checks: [],
  decisions: [],
  notes: [],
  committed: false,
});

const before = (states: readonly StepReport['state'][]) =>
  details(report(states))
    .split('\n')
    .find((line) => line.includes('steps before'));

test.each([
  ['what is done is said to be', times(12, 'done'), 'done'],
  ['what was taken back is not said to be done', times(12, 'undone'), 'undone'],
  ['half way back both are told', [...times(2, 'done'), ...times(10, 'undone')], '2 done, 1 undone'],
] as const)('of the steps that are left out, %s', (_, states, told) => expect(before(states)).toBe(`| …\u00a0\u00a0 | 3 steps before | \u00a0\u00a0${told} |`));

test('a long plan stays below what the UI can carry, and says where the rest is', () => {
  const text = details(report(times(500, 'planned')));
  expect(new TextEncoder().encode(text).length).toBeLessThan(4100);
  expect(text).toContain('see the query `report`');
});
