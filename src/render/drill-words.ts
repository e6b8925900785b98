import type { DrillResult, Phases, StuckPod } from '../model/drill.js';
import type { TrendPoint } from '../model/trend.js';

type Row = readonly [string, string];

const names: readonly (readonly [keyof Phases, string])[] = [
  ['detected', 'first write disturbed'],
  ['elected', 'another primary seen'],
  ['routed', 'first write that another member acknowledged'],
  ['firstAck', 'first of ten writes in a row acknowledged'],
  ['baseline', 'as fast as before, for 30 s'],
  ['redundant', 'fully redundant again'],
];

const seconds = (value: number | undefined): string => (value === undefined ? 'not seen' : `${value} s`);
/** A percentile that the timeout cut off says so. */
const milliseconds = (value: number): string => (value >= 1000 ? '≥ 1 s' : `${value} ms`);

const freed = { forceDelete: ', deleted by force', outOfService: ', freed by the out-of-service taint' } as const;

const stuckPod = ({ name, from, seconds: long, freedBy }: StuckPod): string =>
  `${name} from ${from} s${long === undefined ? ' to the end' : ` for ${long} s`}${freedBy ? freed[freedBy] : ''}`;

/** The figures of one course, in words. */
export function drillFigures(result: DrillResult): readonly Row[] {
  const {
    outages,
    attempted,
    acked,
    unknown,
    failed,
    ackedLastSecond,
    lost,
    recovered,
    unexpected,
    duplicates,
    changed,
    twoPrimaries,
    diffAfter,
    stuckPods = [],
    failback,
  } = result;
  const by = result.recoveredBy === undefined ? '' : `, by the ${result.recoveredBy === 'target' ? 'target itself' : 'revert of the drill'}`;
  const percent = Math.round(result.errorRate * 1000) / 10;
  return [
    ['recovery', `${seconds(result.recoverySeconds)}${by}`],
    ...(outages.length > 1 ? [['outages', outages.map(({ from, seconds: long }) => `${seconds(long)} at ${from} s`).join(', ')] as const] : []),
    [
      'writes',
      `${attempted} attempted, ${acked} acknowledged, ${unknown} unknown, ${failed} failed; ${ackedLastSecond} acknowledged in the last second before the fault`,
    ],
    ...(failback
      ? [['failback', `${failback.seconds === undefined ? 'not in time' : `${failback.seconds} s`}, ${failback.outageSeconds} s without service`] as const]
      : []),
    ['lost', `${lost} acknowledged writes (${result.rpoSeconds} s)`],
    ['also found', `${recovered} unknown ones that are there, ${unexpected} unexpected, ${duplicates} twice, ${changed} changed`],
    ['two primaries', `${twoPrimaries.seen} samples, ${twoPrimaries.acknowledged} acknowledged writes`],
    ['during the fault', `${percent} % not acknowledged within a second; p50 ${milliseconds(result.p50Ms)}, p99 ${milliseconds(result.p99Ms)}`],
    ['before it', `p99 ${milliseconds(result.steadyP99Ms)}; the generator was up to ${result.latenessMs} ms late`],
    ...(stuckPods.length > 0 ? [['stuck in Terminating', stuckPods.map(stuckPod).join(', ')] as const] : []),
    ['left behind', diffAfter.length === 0 ? 'nothing' : diffAfter.join(', ')],
  ];
}

export const drillPhases = (seen: Phases): readonly Row[] => names.map(([key, name]) => [name, seconds(seen[key])] as const);

export const trendHead: readonly string[] = ['started', 'verdict', 'courses', 'why'];

/** The last runs of a drill. One that was not run is a gap: neither good nor bad. */
export const trendRow = ({ startedAt, verdict, courses, why = '' }: TrendPoint): readonly string[] => [
  startedAt,
  verdict === 'notRun' ? 'notRun (a gap)' : verdict,
  courses.map(({ profile, fault, recoverySeconds, lost }) => `${profile}, ${fault}: ${seconds(recoverySeconds)}, ${lost} lost`).join('; '),
  why,
];
