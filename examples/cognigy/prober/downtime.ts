import { answeredAt, type Sample } from './sample.js';

/** A time without a good answer, from the last good one before to the first good one after; either is absent where the samples begin or end within it. */
export type Outage = { readonly from?: number; readonly to?: number; readonly seconds: number; readonly failed: number };

/**
 * All outages as a client sees them that knows every URL: the service is there while any of them answers well, so old and new addresses go in together. A
 * failure of one URL while another one answers is no outage. Where `from` or `to` is absent, `seconds` counts to the edge of the samples.
 */
export const findOutages = (samples: readonly Sample[]): readonly Outage[] => {
  const lives = livesOf(samples);
  const failures = samples.filter(({ ok }) => !ok).sort((a, b) => a.t - b.t);
  const edges: readonly (number | undefined)[] = [
    undefined,
    ...samples
      .filter(({ ok }) => ok)
      .map(answeredAt)
      .sort((a, b) => a - b),
    undefined,
  ];
  let next = 0;
  return edges.slice(1).flatMap((to, index) => {
    const failed: Sample[] = [];
    while (next < failures.length && failures[next]!.t < (to ?? Number.POSITIVE_INFINITY)) failed.push(failures[next++]!);
    return outageOf({ from: edges[index], to, failed, lives });
  });
};

type Life = { readonly url: string; readonly first: number; readonly last: number };
type Gap = { readonly from: number | undefined; readonly to: number | undefined; readonly failed: readonly Sample[]; readonly lives: readonly Life[] };

const outageOf = ({ from, to, failed, lives }: Gap): readonly Outage[] => {
  if (failed.length === 0) return [];
  const begin = from ?? Math.min(...failed.map(({ t }) => t));
  const end = to ?? Math.max(...failed.map(answeredAt));
  const failing = new Set(failed.map(({ url }) => url));
  // Only an address that was probed all the while counts: one that joins at the end, as a new address does, has not answered before.
  if (lives.some(({ url, first, last }) => first <= begin && last >= end && !failing.has(url))) return [];
  return [{ ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }), seconds: (end - begin) / 1000, failed: failed.length }];
};

/** When each URL was probed: a new address may join later. */
const livesOf = (samples: readonly Sample[]): readonly Life[] =>
  [...Map.groupBy(samples, ({ url }) => url)].map(([url, own]) => ({
    url,
    first: own.reduce((least, { t }) => Math.min(least, t), Number.POSITIVE_INFINITY),
    last: own.reduce((most, sample) => Math.max(most, answeredAt(sample)), 0),
  }));

/** Seconds without service, all outages together. */
export const downtimeSeconds = (samples: readonly Sample[]): number => findOutages(samples).reduce((sum, { seconds }) => sum + seconds, 0);

/**
 * Answers of the product itself, whatever their status, to knocks sent and answered between two instants (milliseconds since the epoch). The product's carry
 * `servedBy`; what answers at an address that is nobody's (a proxy of the network, a maintenance page) does not.
 */
export const productAnswersBetween = (samples: readonly Sample[], from: number, to: number): readonly Sample[] =>
  samples.filter((sample) => sample.servedBy !== undefined && sample.t >= from && answeredAt(sample) <= to);
