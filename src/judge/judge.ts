import type { Course, DrillResult, LedgerRecord, Mark, Phases, StuckPod, Verdict } from '../model/drill.js';
import type { ReadLedger } from './chain.js';
import { type Losses, lossesOf } from './losses.js';
import { baselineAt, errorRateOf, lengthOf, type Outage, outagesOf, type Steady, steadyOf } from './outage.js';
import { acknowledgedByNobody, acknowledgedTwice, electedAt, primaryBefore, redundantFrom, routedAt, seenTwice } from './primaries.js';
import { stuckPodsOf } from './stuck-pods.js';
import { tenths } from './tenths.js';
import { timelineOf } from './timeline.js';
import { isInTime, latencyOf, percentile, type Write, writesOf } from './writes.js';

type Sample = Extract<LedgerRecord, { readonly type: 'sample' }>;

/** So late may one write in a hundred leave the generator, and so late any, in milliseconds; beyond it the drill measured itself (ADR 7). */
const lateAsARuleMs = 50;
const latestMs = 500;
/** Fewer acknowledgements in the last second before the fault, and little could have been lost. */
const fewestAcks = 100;
const rateShare = 0.8;

/** hard: a fact that no fault of the drill explains. */
interface Reason {
  readonly verdict: 'hard' | 'red' | 'inconclusive';
  readonly text: string;
}

interface Seen {
  readonly course: Course;
  readonly writes: readonly Write[];
  readonly samples: readonly Sample[];
  readonly markAt: (mark: Mark) => number | undefined;
  readonly steady: Steady;
  readonly outages: readonly Outage[];
  /** Those of the failback, which are no part of the recovery. */
  readonly failbackOutages: readonly Outage[];
  /** The longest that began before the drill took its fault back: the one that the target had to end. */
  readonly outage: Outage | undefined;
  readonly losses: Losses;
  readonly problems: readonly string[];
  readonly stops: readonly string[];
  readonly stuckPods: readonly StuckPod[];
  readonly diffAfter: readonly string[] | undefined;
  readonly broken: string | undefined;
  readonly twoPrimaries: DrillResult['twoPrimaries'];
  /** From when on the target was whole again: after the drill took its fault back, where it had to. */
  readonly redundantAt: number | undefined;
  readonly latenessMs: number;
  readonly latenessP99Ms: number;
  readonly ackedLastSecond: number;
}

/** What a course's ledger proves: all numbers and the verdict, from nothing else. The same ledger gives the same result, whoever asks. */
export function judge(ledger: ReadLedger, course: Course): DrillResult {
  const seen = see(ledger, course);
  const refused = ledger.records.flatMap((record) => (record.type === 'refused' ? record.why : []));
  if (refused.length > 0) return { ...figuresOf(seen), verdict: 'notRun', reasons: refused };
  const reasons = [...lossReasons(seen), ...primaryReasons(seen), ...recoveryReasons(seen), ...doubts(seen)];
  return { verdict: verdictOf(reasons), reasons: reasons.map(({ text }) => text), ...figuresOf(seen) };
}

function verdictOf(reasons: readonly Reason[]): Verdict {
  const has = (verdict: Reason['verdict']) => reasons.some((reason) => reason.verdict === verdict);
  if (has('hard')) return 'red';
  if (has('inconclusive')) return 'inconclusive';
  return has('red') ? 'red' : 'green';
}

function see({ records, broken }: ReadLedger, course: Course): Seen {
  const writes = writesOf(records);
  const samples = records.filter((record) => record.type === 'sample');
  const markAt = (mark: Mark) => records.find((record) => record.type === 'mark' && record.mark === mark)?.at;
  const faultAt = markAt('injecting') ?? Number.POSITIVE_INFINITY;
  const steadyAt = markAt('steady') ?? 0;
  const before = writes.filter(({ due }) => due >= steadyAt && due < faultAt - 1000);
  const steady = steadyOf(before);
  const failingBackAt = markAt('failingBack') ?? Number.POSITIVE_INFINITY;
  const all = outagesOf(writes, faultAt, steady);
  const outages = all.filter(({ from }) => from < failingBackAt);
  const revertingAt = markAt('reverting') ?? Number.POSITIVE_INFINITY;
  const end = records.find((record) => record.type === 'end');
  // Before the steady time connections are made and code is warmed up.
  const lateness = writes.filter(({ due }) => due >= steadyAt).map(({ sent, due }) => sent - due);
  return {
    course,
    writes,
    samples,
    markAt,
    steady,
    outages,
    failbackOutages: all.filter(({ from }) => from >= failingBackAt),
    outage: longestOf(outages.filter(({ from }) => from < revertingAt)),
    losses: lossesOf(
      writes,
      records.flatMap((record) => (record.type === 'final' ? record.read : [])),
      course.target.engine === 'postgresql' ? course.members : 0,
    ),
    stuckPods: stuckPodsOf(records, faultAt),
    stops: records.flatMap((record) => (record.type === 'stopped' ? record.why : [])),
    problems: records.flatMap((record) => (record.type === 'problem' ? record.why : [])),
    twoPrimaries: { seen: seenTwice(samples), acknowledged: acknowledgedTwice(writes) },
    redundantAt: redundantFrom(
      samples.filter(({ at }) => at < failingBackAt),
      markAt('reverted') ?? markAt('faulted') ?? faultAt,
    ),
    diffAfter: end?.diffAfter,
    broken,
    latenessMs: percentile(lateness, 1),
    latenessP99Ms: percentile(lateness, 0.99),
    ackedLastSecond: writes.filter(({ ack }) => ack && ack.at > faultAt - 1000 && ack.at <= faultAt).length,
  };
}

function lossReasons({ course, losses, writes }: Seen): readonly Reason[] {
  const allowed = course.expect.lostWrites ?? Number.POSITIVE_INFINITY;
  const told: Reason[] = losses.differences.map((text) => ({ verdict: 'hard', text }));
  const hard = (count: number, text: string) => count > 0 && told.push({ verdict: 'hard', text });
  const acked = writes.filter(({ ack }) => ack).length;
  if (losses.lost.length > allowed) hard(1, `${losses.lost.length} of ${acked} acknowledged writes are lost; ${allowed} may be`);
  hard(losses.unexpected, `${losses.unexpected} rows are there that were never sent or that the server had refused`);
  hard(losses.duplicates, `${losses.duplicates} writes are there more than once`);
  hard(losses.changed, `${losses.changed} rows are not what was sent`);
  return told;
}

function primaryReasons({ writes, samples, course, twoPrimaries, latenessMs }: Seen): readonly Reason[] {
  if (course.target.engine !== 'postgresql') return [];
  const { acknowledged, seen } = twoPrimaries;
  const nobody = acknowledgedByNobody(writes, samples);
  return [
    ...(acknowledged > 0 ? [{ verdict: 'hard' as const, text: `two primaries: ${acknowledged} writes were acknowledged by the old one beside the new` }] : []),
    ...(seen > 0 ? [{ verdict: 'hard' as const, text: `two primaries: ${seen} samples saw two members out of recovery` }] : []),
    // A driver that was late itself may have looked too late: then it is a doubt.
    ...(nobody > 0
      ? [
          {
            verdict: latenessMs <= lateAsARuleMs ? ('hard' as const) : ('inconclusive' as const),
            text: `${nobody} writes were acknowledged while no member was primary`,
          },
        ]
      : []),
  ];
}

const red = (text: string): Reason => ({ verdict: 'red', text });

function recoveryReasons(seen: Seen): readonly Reason[] {
  const { course, outages } = seen;
  const told: Reason[] = seen.stops.map((why) => red(`the drill was stopped: ${why}`));
  const { rtoSeconds } = course.expect;
  if (recoveredBy(seen) === 'revert') told.push(red('the target took writes again only after the drill had taken the fault back'));
  const worst = recoverySeconds(longestOf(outages));
  if (worst !== undefined && rtoSeconds !== undefined && worst > rtoSeconds) told.push(red(`recovery took ${worst} s; ${rtoSeconds} s may it take`));
  return [...told, ...neverReasons(seen)];
}

/** What did not come any more; of a ledger that was cut off before the writers ended nobody can say that. */
function neverReasons({ course, outages, failbackOutages, markAt, redundantAt }: Seen): readonly Reason[] {
  if (markAt('closed') === undefined) return [];
  const { expect, failback } = course;
  const isHit = (markAt('reverted') ?? markAt('faulted')) !== undefined;
  return [
    ...([...outages, ...failbackOutages].some(({ to }) => to === undefined) ? [red('the target did not take writes again')] : []),
    ...(isHit && redundantAt === undefined ? [red(`the target was not fully redundant again within ${expect.redundancyWithinSeconds} s`)] : []),
    ...(markAt('failingBack') !== undefined && markAt('failedBack') === undefined
      ? [red(`the old primary was not primary again within ${failback?.withinSeconds} s`)]
      : []),
  ];
}

function doubts(seen: Seen): readonly Reason[] {
  const { course, losses, problems, broken, diffAfter, ackedLastSecond, markAt } = seen;
  const fewest = Math.min(fewestAcks, Math.floor(course.load.writesPerSecond * rateShare));
  const texts = [
    ...(broken === undefined ? [] : [broken]),
    ...problems,
    ...losses.doubts,
    ...(markAt('faulted') === undefined ? ['the fault was not proved'] : []),
    ...latenessDoubt(seen),
    ...(ackedLastSecond < fewest ? [`${ackedLastSecond} writes were acknowledged in the last second before the fault; ${fewest} are needed`] : []),
    ...(diffAfter === undefined ? ['the ledger has no end'] : diffAfter.map((difference) => `not as before: ${difference}`)),
  ];
  return texts.map((text) => ({ verdict: 'inconclusive', text }));
}

/** What such a doubt begins with: the drill's own machine had no time for it, which says nothing of the target. */
export const generatorLate = 'the load generator was';

function latenessDoubt({ latenessMs, latenessP99Ms }: Seen): readonly string[] {
  if (latenessMs > latestMs) return [`${generatorLate} up to ${Math.round(latenessMs)} ms late; ${latestMs} ms may it be`];
  if (latenessP99Ms > lateAsARuleMs)
    return [`${generatorLate} ${Math.round(latenessP99Ms)} ms late or more with one write in a hundred; ${lateAsARuleMs} ms may it be`];
  return [];
}

const longestOf = (outages: readonly Outage[]): Outage | undefined => outages.toSorted((left, right) => lengthOf(right) - lengthOf(left))[0];

function recoverySeconds(outage: Outage | undefined): number | undefined {
  if (!outage) return 0;
  return outage.to === undefined ? undefined : tenths(outage.to - outage.from);
}

/** Reverting is marked where a fault lasts; a target that needed it did not fail over. */
function recoveredBy({ outage, markAt }: Seen): DrillResult['recoveredBy'] {
  if (outage?.to === undefined) return undefined;
  return outage.to > (markAt('reverting') ?? Number.POSITIVE_INFINITY) ? 'revert' : 'target';
}

function figuresOf(seen: Seen): Omit<DrillResult, 'verdict' | 'reasons'> {
  const { course, writes, outage, outages, losses, steady, latenessMs, ackedLastSecond, diffAfter } = seen;
  const seconds = recoverySeconds(outage);
  const by = recoveredBy(seen);
  const faultAt = seen.markAt('injecting') ?? 0;
  const reverted = seen.markAt('reverted');
  const revertedAt = reverted === undefined ? undefined : tenths(reverted - faultAt);
  const during = duringOf(seen);
  const latencies = during.map(latencyOf);
  const count = (is: (write: Write) => boolean) => writes.filter(is).length;
  return {
    profile: course.profile,
    fault: course.fault.kind,
    ...(seconds !== undefined && { recoverySeconds: seconds }),
    ...(by && { recoveredBy: by }),
    outages: outages.map(({ from, to }) => ({ from: tenths(from - faultAt), ...(to !== undefined && { seconds: tenths(to - from) }) })),
    phases: phasesOf(seen),
    ...(revertedAt !== undefined && { revertedAt }),
    timeline: timelineOf(writes, faultAt),
    attempted: writes.length,
    acked: count(({ ack }) => ack !== undefined),
    unknown: count(({ ack, ended }) => !ack && ended !== 'failed' && ended !== 'unsent'),
    failed: count(({ ack, ended }) => !ack && (ended === 'failed' || ended === 'unsent')),
    ackedLastSecond,
    lost: losses.lost.length,
    recovered: losses.recovered,
    unexpected: losses.unexpected,
    duplicates: losses.duplicates,
    changed: losses.changed,
    rpoSeconds: rpoSeconds(writes, outage, losses.lost),
    errorRate: Math.round(errorRateOf(during) * 1000) / 1000,
    p50Ms: Math.round(percentile(latencies, 0.5)),
    p99Ms: Math.round(percentile(latencies, 0.99)),
    steadyP99Ms: Math.round(steady.p99Ms),
    twoPrimaries: seen.twoPrimaries,
    ...failbackOf(seen),
    ...(seen.stuckPods.length > 0 && { stuckPods: seen.stuckPods }),
    latenessMs: Math.round(latenessMs),
    diffAfter: diffAfter ?? ['the drill did not look'],
  };
}

function failbackOf({ markAt, failbackOutages }: Seen): Pick<DrillResult, 'failback'> {
  const [from, to] = [markAt('failingBack'), markAt('failedBack')];
  if (from === undefined) return {};
  const outageSeconds = recoverySeconds(longestOf(failbackOutages)) ?? 0;
  return { failback: { outageSeconds, ...(to !== undefined && { seconds: tenths(to - from) }) } };
}

/** The writes from the fault until the last one that was not in time. */
function duringOf({ writes, markAt }: Seen): readonly Write[] {
  const from = markAt('injecting');
  if (from === undefined) return [];
  const until = markAt('failingBack') ?? Number.POSITIVE_INFINITY;
  const last = writes.findLast((write) => write.due >= from && write.due < until && !isInTime(write))?.due ?? from;
  return writes.filter(({ due }) => due >= from && due <= last);
}

function phasesOf({ course, markAt, outage, samples, writes, steady, redundantAt }: Seen): Phases {
  const faultAt = markAt('injecting');
  if (faultAt === undefined) return {};
  const closedAt = markAt('failingBack') ?? markAt('closed') ?? writes.at(-1)?.due ?? faultAt;
  const since = (at: number | undefined) => (at === undefined ? undefined : tenths(Math.max(0, at - faultAt)));
  const elected = since(electedAt(samples, faultAt, primaryBefore(samples, faultAt)));
  const routed = course.target.engine === 'postgresql' ? since(routedAt(writes, faultAt)) : undefined;
  const baseline = since(outage?.to === undefined ? undefined : baselineAt(writes, outage.to, closedAt, steady));
  const redundant = since(redundantAt);
  const [detected, firstAck] = [since(outage?.from), since(outage?.to)];
  return {
    ...(detected !== undefined && { detected }),
    ...(elected !== undefined && { elected }),
    ...(routed !== undefined && { routed }),
    ...(firstAck !== undefined && { firstAck }),
    ...(baseline !== undefined && { baseline }),
    ...(redundant !== undefined && { redundant }),
  };
}

/** How far back in time users were set: the last acknowledgement before the outage minus the oldest that was lost. */
function rpoSeconds(writes: readonly Write[], outage: Outage | undefined, lost: readonly Write[]): number {
  if (lost.length === 0) return 0;
  const oldest = lost.reduce((least, { ack }) => Math.min(least, ack!.at), Number.POSITIVE_INFINITY);
  const from = outage?.from ?? Number.POSITIVE_INFINITY;
  const last = writes.reduce((most, { ack }) => (ack && ack.at <= from ? Math.max(most, ack.at) : most), oldest);
  return tenths(last - oldest);
}
