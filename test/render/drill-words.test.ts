import { judge } from '../../src/judge/judge.js';
import type { Report } from '../../src/model/report.js';
import { drillFigures } from '../../src/render/drill-words.js';
import { reportHtml } from '../../src/render/report-html.js';
import { reportMarkdown } from '../../src/render/report-markdown.js';
import { course, Scene } from '../judge/support/ledger.js';

const report: Report = {
  ...{ run: 'r2', kind: 'FailoverDrill', title: 'Drill', phase: 'Succeeded', startedAt: '2027-01-10T03:00:00Z', committed: false },
  ...{ phases: [], steps: [], checks: [], decisions: [], notes: [] },
  trend: [
    {
      ...{ run: 'r2', startedAt: '2027-01-10T03:00:00Z', verdict: 'red', why: '3 of 900 acknowledged writes are lost; 0 may be' },
      courses: [{ profile: 'strict', fault: 'nodeOff', verdict: 'red', recoverySeconds: 12.3, lost: 3 }],
    },
    { run: 'r1', startedAt: '2027-01-03T03:00:00Z', verdict: 'notRun', why: 'it was refused', courses: [] },
  ],
};

test('a report shows the last runs of its drill, those that were not run as gaps', () => {
  expect(reportMarkdown(report)).toContain(
    [
      '## Trend',
      '',
      '| started | verdict | courses | why |',
      '| --- | --- | --- | --- |',
      '| 2027-01-10T03:00:00Z | red | strict, nodeOff: 12.3 s, 3 lost | 3 of 900 acknowledged writes are lost; 0 may be |',
      '| 2027-01-03T03:00:00Z | notRun (a gap) |  | it was refused |',
    ].join('\n'),
  );
  expect(reportHtml(report)).toContain('<td>notRun (a gap)</td><td></td><td>it was refused</td>');
});

test('a run that is no drill has no trend', () => {
  const { trend: _, ...other } = report;
  expect(reportMarkdown(other)).not.toContain('Trend');
  expect(reportHtml(other)).not.toContain('Trend');
});

test('pods that hung stand in the figures, with who freed them', () => {
  const scene = new Scene();
  scene.records.push(
    { type: 'stuck', at: 20_000, pods: ['pg-0'] },
    { type: 'freed', at: 20_100, pods: ['pg-0'], how: 'forceDelete' },
    { type: 'stuck', at: 21_000, pods: ['web-1'] },
  );
  const figures = Object.fromEntries(drillFigures(judge(scene.ledger(), course)));
  expect(figures['stuck in Terminating']).toBe('pg-0 from 10 s for 1 s, deleted by force, web-1 from 11 s to the end');
  expect(Object.fromEntries(drillFigures(judge(new Scene().ledger(), course)))).not.toHaveProperty('stuck in Terminating');
});
