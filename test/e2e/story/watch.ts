import { downtimeSeconds } from '../../../examples/cognigy/prober/downtime.js';
import type { Sample } from '../../../examples/cognigy/prober/sample.js';
import { startProber } from '../../../examples/cognigy/prober/start-prober.js';
import type { Report } from '../../../src/model/report.js';
import { type Place, rehelm, run, soon } from './tools.js';

export const runId = 'migrate/cognigy-ai/cognigy-ai';

export async function report(place: Place, workflowId = runId): Promise<Report | undefined> {
  const { stdout, exitCode } = await rehelm(place, ['status', workflowId, '-o', 'json'], { mayFail: true });
  return exitCode === 0 && stdout ? JSON.parse(stdout) : undefined;
}

/** Waits for a phase; a question or another end is an error with its text. */
export const reaches = (place: Place, phases: readonly Report['phase'][], withinSeconds: number, workflowId = runId): Promise<Report> =>
  soon(
    `${workflowId} to be ${phases.join(' or ')}`,
    withinSeconds,
    async () => {
      const seen = await report(place, workflowId);
      if (seen && phases.includes(seen.phase)) return seen;
      if (seen?.question) throw new Error(`parked: ${seen.question.text}`);
      if (seen?.endedAt) throw new Error(`${seen.phase}: ${seen.cause ?? 'without a cause'}`);
      return undefined;
    },
    500,
  );

export interface CopySeen {
  readonly bytes: number;
  readonly totalBytes: number;
}

/** What the copy says of itself, by the heartbeats of its activity. */
export async function copySeen(place: Place, workflowId = runId): Promise<CopySeen | undefined> {
  const { stdout, exitCode } = await run(
    place,
    place.env['REHELM_TEMPORAL']!,
    ['workflow', 'describe', '-w', workflowId, '--address', place.env['TEMPORAL_ADDRESS']!, '-o', 'json'],
    { mayFail: true },
  );
  if (exitCode !== 0) return undefined;
  const { pendingActivities = [] } = JSON.parse(stdout);
  const beats = pendingActivities.filter(({ activityType }: { activityType: { name: string } }) => activityType.name === 'copyDatabase');
  const details = beats.flatMap(({ heartbeatDetails }: { heartbeatDetails?: unknown }) => (Array.isArray(heartbeatDetails) ? heartbeatDetails : []));
  return details.find((each: CopySeen) => typeof each?.bytes === 'number' && typeof each.totalBytes === 'number');
}

export interface Probing {
  readonly samples: readonly Sample[];
  readonly add: (address: string) => void;
  readonly stop: () => Promise<number>;
}

/** Hammers the product from outside; `stop` answers how long nobody answered, in seconds. */
export function probe(address: string): Probing {
  const samples: Sample[] = [];
  const url = (host: string) => `http://${host}/healthz`;
  const prober = startProber({ urls: [url(address)], everyMilliseconds: 100, timeoutMilliseconds: 1000, onSample: (sample) => samples.push(sample) });
  return {
    samples,
    add: (host) => prober.add(url(host)),
    stop: async () => {
      await prober.stop();
      return downtimeSeconds(samples);
    },
  };
}
