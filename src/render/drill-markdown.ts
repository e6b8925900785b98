import type { DrillResult } from '../model/drill.js';
import { drillFigures, drillPhases } from './drill-words.js';

type Row = readonly [string, string];

const cell = (text: string) => text.replaceAll('|', '\\|').replaceAll('<', '&lt;');

/** What one course of a drill showed: the verdict, why, and the figures behind it. */
export function drillMarkdown(result: DrillResult): string {
  const reasons = result.reasons.map((reason) => `- ${cell(reason)}`).join('\n');
  return [
    `**${result.verdict}**`,
    ...(reasons === '' ? [] : [reasons]),
    table(['', ''], drillFigures(result)),
    ...(Object.keys(result.phases).length > 0 ? [table(['after the fault', ''], drillPhases(result.phases))] : []),
  ].join('\n\n');
}

const table = (head: Row, rows: readonly Row[]): string => [head, ['---', '---'], ...rows].map((row) => `| ${row.map(cell).join(' | ')} |`).join('\n');
