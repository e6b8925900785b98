import type { DrillResult, Phases } from '../model/drill.js';

const names: readonly (readonly [keyof Phases, string])[] = [
  ['detected', 'first write disturbed'],
  ['elected', 'another primary seen'],
  ['firstAck', 'first of ten writes in a row acknowledged'],
  ['baseline', 'as fast as before, for 30 s'],
  ['redundant', 'fully redundant again'],
];

const seconds = (value: number | undefined): string => (value === undefined ? 'not seen' : `${value} s`);
/** A percentile that the timeout cut off says so. */
const milliseconds = (value: number): string => (value >= 1000 ? '≥ 1 s' : `${value} ms`);

/** What one course of a drill showed: the verdict, why, and the figures behind it. */
export function drillMarkdown(result: DrillResult): string {
  return [
    `**${result.verdict}**${result.reasons.length > 0 ? `\n\n${result.reasons.map((reason) => `- ${reason.replaceAll('<', '&lt;')}`).join('\n')}` : ''}`,
    figures(result),
    ...(Object.keys(result.phases).length > 0 ? [phases(result.phases)] : []),
  ].join('\n\n');
}

function figures(result: DrillResult): string {
  const { attempted, acked, unknown, failed, lost, recovered, unexpected, duplicates, changed, twoPrimaries } = result;
  const by = result.recoveredBy === undefined ? '' : `, by the ${result.recoveredBy === 'target' ? 'target itself' : 'revert of the drill'}`;
  return table([
    ['recovery', `${seconds(result.recoverySeconds)}${by}`],
    [
      'writes',
      `${attempted} attempted, ${acked} acknowledged, ${unknown} unknown, ${failed} failed; ${result.ackedLastSecond} acknowledged in the last second before the fault`,
    ],
    ['lost', `${lost} acknowledged writes (${result.rpoSeconds} s)`],
    ['also found', `${recovered} unknown ones that are there, ${unexpected} unexpected, ${duplicates} twice, ${changed} changed`],
    ['two primaries', `${twoPrimaries.seen} samples, ${twoPrimaries.acknowledged} acknowledged writes`],
    [
      'during the fault',
      `${Math.round(result.errorRate * 1000) / 10} % not acknowledged within a second; p50 ${milliseconds(result.p50Ms)}, p99 ${milliseconds(result.p99Ms)}`,
    ],
    ['before it', `p99 ${milliseconds(result.steadyP99Ms)}; the generator was up to ${result.latenessMs} ms late`],
    ['left behind', result.diffAfter.length === 0 ? 'nothing' : result.diffAfter.join(', ')],
  ]);
}

const phases = (seen: Phases): string => table([...names.map(([key, name]) => [name, seconds(seen[key])] as const)], ['after the fault', '']);

const table = (rows: readonly (readonly [string, string])[], head: readonly [string, string] = ['', '']): string =>
  [head, ['---', '---'], ...rows].map((row) => `| ${row.map((text) => text.replaceAll('|', '\\|')).join(' | ')} |`).join('\n');
