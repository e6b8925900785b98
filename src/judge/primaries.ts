import type { LedgerRecord } from '../model/drill.js';
import type { Write } from './writes.js';

type Sample = Extract<LedgerRecord, { readonly type: 'sample' }>;

/** An acknowledgement is doubted when no member was seen as primary this long before and after it, in milliseconds. */
const aroundMs = 1000;
const leastSamples = 5;

const primariesIn = ({ members }: Sample) => members.filter(({ role }) => role === 'primary');

/** In how many samples two members were out of recovery. */
export const seenTwice = (samples: readonly Sample[]): number => samples.filter((sample) => primariesIn(sample).length > 1).length;

/** Acknowledgements on an older timeline after the first one on a newer: the old primary took writes beside the new one. */
export function acknowledgedTwice(writes: readonly Write[]): number {
  const acks = writes.flatMap(({ ack }) => ack ?? []).toSorted((left, right) => left.at - right.at);
  let newest = 0;
  return acks.filter(({ timeline = 0 }) => {
    const isOlder = timeline > 0 && timeline < newest;
    newest = Math.max(newest, timeline);
    return isOlder;
  }).length;
}

/** Acknowledgements in a time in which no member said that it was primary: something else gave them. */
export function acknowledgedByNobody(writes: readonly Write[], samples: readonly Sample[]): number {
  const acks = writes.flatMap(({ ack }) => ack?.at ?? []).toSorted((left, right) => left - right);
  let from = 0;
  return acks.filter((at) => {
    while (from < samples.length && samples[from]!.at < at - aroundMs) from++;
    const around: Sample[] = [];
    for (let index = from; index < samples.length && samples[index]!.at <= at + aroundMs; index++) around.push(samples[index]!);
    return around.length >= leastSamples && around.every((sample) => primariesIn(sample).length === 0);
  }).length;
}

/** When another member than `before` was first seen as primary. */
export const electedAt = (samples: readonly Sample[], after: number, before: string | undefined): number | undefined =>
  samples.find((sample) => sample.at > after && primariesIn(sample).some(({ name }) => name !== before))?.at;

/** When a write was first acknowledged by another server than the last one before; undefined where the target does not say who acknowledges. */
export function routedAt(writes: readonly Write[], after: number): number | undefined {
  const acks = writes.flatMap(({ ack }) => (ack?.server === undefined ? [] : ack)).toSorted((left, right) => left.at - right.at);
  const before = acks.findLast(({ at }) => at <= after)?.server;
  return before === undefined ? undefined : acks.find(({ at, server }) => at > after && server !== before)?.at;
}

/** Who was primary last before a moment. */
export const primaryBefore = (samples: readonly Sample[], at: number): string | undefined =>
  samples
    .filter((sample) => sample.at <= at)
    .flatMap(primariesIn)
    .at(-1)?.name;

/** From when on the target was fully redundant, without a break until the end. */
export function redundantFrom(samples: readonly Sample[], after: number): number | undefined {
  const later = samples.filter(({ at }) => at > after);
  const lastNot = later.findLastIndex(({ redundant }) => !redundant);
  return later[lastNot + 1]?.at;
}
