import { request } from 'node:http';
import type { Sample } from './sample.js';

export type ProberOptions = {
  readonly urls: readonly string[];
  readonly everyMilliseconds: number;
  readonly timeoutMilliseconds: number;
  /** Sent as Host: an address is probed before its name points to it. */
  readonly host?: string;
  readonly onSample: (sample: Sample) => void;
};

export type Prober = { readonly add: (url: string) => void; readonly stop: () => Promise<void> };

/** Knocks at every URL in a fixed rhythm, whether or not the last knock was answered; each on a connection of its own, as a new user would. */
export const startProber = ({ urls, everyMilliseconds, onSample, ...knockOptions }: ProberOptions): Prober => {
  const rhythms = new Map<string, NodeJS.Timeout>();
  const open = new Set<Promise<void>>();
  const add = (url: string): void => {
    if (rhythms.has(url)) return;
    const knockOnce = () => {
      const knocking = knock(url, knockOptions).then(onSample);
      open.add(knocking);
      void knocking.finally(() => open.delete(knocking));
    };
    knockOnce();
    rhythms.set(url, setInterval(knockOnce, everyMilliseconds));
  };
  const stop = async (): Promise<void> => {
    for (const rhythm of rhythms.values()) clearInterval(rhythm);
    await Promise.all(open);
  };
  for (const url of urls) add(url);
  return { add, stop };
};

/** One GET; never an exception. The time runs to the end of the body. 200 is good, all else is not. */
const knock = (url: string, { timeoutMilliseconds, host }: Pick<ProberOptions, 'timeoutMilliseconds' | 'host'>): Promise<Sample> => {
  const t = Date.now();
  const begun = performance.now();
  const elapsed = () => Math.round(performance.now() - begun);
  return new Promise((resolve) => {
    const signal = AbortSignal.timeout(timeoutMilliseconds);
    const failed = () => resolve({ t, url, ok: false, ms: elapsed() });
    const outgoing = request(url, { agent: false, signal, headers: { connection: 'close', ...(host ? { host } : {}) } }, (response) => {
      const status = response.statusCode ?? 0;
      const servedBy = response.headers['x-served-by'];
      response
        .on('error', failed)
        .on('end', () => resolve({ t, url, ok: status === 200, status, ms: elapsed(), ...(typeof servedBy === 'string' ? { servedBy } : {}) }));
      response.resume();
    });
    outgoing.on('error', failed).end();
  });
};
