import type { DrillResult } from '../model/drill.js';
import { drillFigures, drillPhases } from './drill-words.js';
import { element, type Markup, svg } from './html.js';

const width = 900;
const height = 160;
const top = 20;
const bottom = 30;

type Row = readonly [string, string];

/** One course: the verdict with its reasons, the writes second by second around the fault, and the figures. */
export function drillHtml(result: DrillResult, table: (head: readonly string[], rows: readonly Row[]) => Markup): readonly Markup[] {
  return [
    element('p', element('strong', result.verdict)),
    ...(result.reasons.length === 0 ? [] : [element('ul', ...result.reasons.map((reason) => element('li', reason)))]),
    timelineSvg(result),
    table([], drillFigures(result)),
    ...(Object.keys(result.phases).length === 0 ? [] : [table(['after the fault', ''], drillPhases(result.phases))]),
  ];
}

/** Bars: writes acknowledged in time, above them those that were not. Lines: the fault, the first acknowledgement afterwards, our revert, full redundancy. */
export function timelineSvg({ timeline, phases, revertedAt }: DrillResult): Markup {
  const { from, inTime, others } = timeline;
  const seconds = Math.max(1, inTime.length);
  const highest = Math.max(1, ...inTime.map((count, index) => count + (others[index] ?? 0)));
  const x = (second: number) => Math.round(((second - from) * width * 10) / seconds) / 10;
  const tall = (count: number) => Math.round((count * (height - top - bottom) * 10) / highest) / 10;
  const floor = height - bottom;
  const bar = (index: number, below: number, count: number, fill: string) =>
    count === 0
      ? []
      : [svg('rect', { x: x(from + index), y: floor - tall(below) - tall(count), width: Math.max(0.5, width / seconds - 0.5), height: tall(count), fill })];
  const bars = inTime.flatMap((count, index) => [...bar(index, 0, count, '#3b7a57'), ...bar(index, count, others[index] ?? 0, '#c0392b')]);
  const lines: readonly (readonly [number | undefined, string])[] = [
    [0, 'fault'],
    [phases.firstAck, 'serves again'],
    [revertedAt, 'taken back'],
    [phases.redundant, 'redundant'],
  ];
  const shown = lines.flatMap(([at, name], row) => (at === undefined ? [] : line(x(at), name, row)));
  const caption = svg(
    'text',
    { x: 0, y: height - 2, 'font-size': 11 },
    `writes by the second, ${seconds} s, at most ${highest}; red: not acknowledged within a second`,
  );
  return svg('svg', { viewBox: `0 0 ${width} ${height}`, width: '100%', role: 'img' }, svg('title', {}, 'writes around the fault'), ...bars, ...shown, caption);
}

/** Names stand in rows of their own, so that two near each other can be read. */
const line = (at: number, name: string, row: number): readonly Markup[] => [
  svg('line', { x1: at, x2: at, y1: 0, y2: height - bottom, stroke: '#222', 'stroke-dasharray': '3 2' }),
  svg('text', { x: Math.min(at + 3, width - 70), y: 10 + row * 12, 'font-size': 11 }, name),
];
