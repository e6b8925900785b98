import { createHash } from 'node:crypto';
import type { Report } from '../../src/model/report.js';
import { reportHtml, reportPolicy } from '../../src/render/report-html.js';

const nasty = `<script>alert("x")</script>'"&`;
const time = '2026-11-22T20:00:00.000Z';

const report: Report = {
  run: 'r1',
  kind: nasty,
  title: nasty,
  phase: 'Parked',
  startedAt: time,
  endedAt: '2026-11-22T20:01:05.000Z',
  cause: nasty,
  plan: nasty,
  phases: [{ id: 'p', title: nasty, startedAt: time, seconds: 65 }],
  steps: [{ id: 's', step: 's', title: nasty, phase: nasty, state: 'done', startedAt: time, endedAt: time, result: { at: nasty } }],
  checks: [{ id: 'c', title: nasty, state: 'done' }],
  decisions: [{ at: time, question: nasty, by: nasty, via: 'api', choice: 'retry', reason: nasty, change: { image: nasty } }],
  notes: [nasty],
  inspected: [{ name: nasty, facts: [nasty] }],
  question: { number: 2, text: nasty, choices: ['retry'] },
  committed: false,
};

test('whatever people and products wrote is text in the page', () => {
  const page = reportHtml(report);
  expect(page.match(/<script|<img|javascript:/gi)).toBeNull();
  const tags = new Set([...page.matchAll(/<\/?([a-z0-9!]+)/g)].map(([, tag]) => tag));
  expect([...tags].sort()).toEqual([
    '!doctype',
    'body',
    'code',
    'h1',
    'h2',
    'head',
    'html',
    'li',
    'meta',
    'p',
    'strong',
    'style',
    'table',
    'td',
    'th',
    'title',
    'tr',
    'ul',
  ]);
  expect(page.split('&lt;script&gt;alert(').length - 1).toBeGreaterThan(16);
});

test('it tells what the report tells', () => {
  const page = reportHtml({ ...report, title: 'Move shop', inspected: [{ name: 'shop', facts: ['2 tables'] }] });
  for (const told of ['<h1>Move shop</h1>', '<strong>Parked</strong>', 'question 2', '1 min 05 s', 'retry', '<code>r1</code>', '<li>2 tables</li>'])
    expect(page).toContain(told);
});

test('its policy lets nothing be loaded or run, and knows the page’s own style', () => {
  const [, style = ''] = /<style>(.*)<\/style>/.exec(reportHtml(report)) ?? [];
  expect(reportPolicy).toContain(`'sha256-${createHash('sha256').update(style).digest('base64')}'`);
  expect(reportPolicy).toMatch(/^default-src 'none'/);
  expect(reportPolicy).not.toContain('unsafe');
});
