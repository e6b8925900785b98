import { Client, Connection } from '@temporalio/client';
import { defaultPayloadConverter } from '@temporalio/common';
import { downtimeSeconds } from '../../../examples/cognigy/prober/downtime.js';
import type { Sample } from '../../../examples/cognigy/prober/sample.js';
import { startProber } from '../../../examples/cognigy/prober/start-prober.js';
import type { Report } from '../../../src/model/report.js';
import { soon } from './tools.js';

export const runId = 'migrate/cognigy-ai/cognigy-ai';

/** Looks at runs without starting a program for each look. */
export interface Eyes {
  report(workflowId?: string): Promise<Report | undefined>;
  /** Waits for a phase; a question or another end is an error with its text. */
  reaches(phases: readonly Report['phase'][], withinSeconds: number, workflowId?: string): Promise<Report>;
  /** What the copies under way say of themselves, by the heartbeats of their activities. */
  copies(workflowId?: string): Promise<readonly CopySeen[]>;
  close(): Promise<void>;
}

export interface CopySeen {
  readonly bytes: number;
  readonly totalBytes: number;
}

const isCopySeen = (details: unknown): details is CopySeen => typeof details === 'object' && details !== null && 'totalBytes' in details && 'bytes' in details;

export async function openEyes(address: string): Promise<Eyes> {
  const connection = await Connection.connect({ address });
  const client = new Client({ connection });
  const report = async (workflowId = runId): Promise<Report | undefined> =>
    client.workflow
      .getHandle(workflowId)
      .query<Report>('report')
      .catch(() => undefined);
  return {
    report,
    reaches: (phases, withinSeconds, workflowId = runId) =>
      soon(`${workflowId} to be ${phases.join(' or ')}`, withinSeconds, async () => {
        const seen = await report(workflowId);
        return seen && arrived(seen, phases) ? seen : undefined;
      }),
    copies: async (workflowId = runId) => {
      const { raw } = await client.workflow.getHandle(workflowId).describe();
      const copying = (raw.pendingActivities ?? []).filter(({ activityType }) => activityType?.name === 'copyDatabase');
      const beats = copying.flatMap(({ heartbeatDetails }) =>
        (heartbeatDetails?.payloads ?? []).map((payload) => defaultPayloadConverter.fromPayload<unknown>(payload)),
      );
      return beats.filter(isCopySeen);
    },
    close: () => connection.close(),
  };
}

/** True in one of the phases; an Error for a run that asks or ended otherwise, since it will not get there by itself. */
function arrived({ phase, question, endedAt, cause }: Report, phases: readonly Report['phase'][]): boolean {
  if (phases.includes(phase)) return true;
  if (question) throw new Error(`parked: ${question.text}`);
  if (endedAt) throw new Error(`${phase}: ${cause ?? 'without a cause'}`);
  return false;
}

export interface Probing {
  readonly samples: readonly Sample[];
  readonly add: (address: string) => void;
  /** Has the product answered well at this address? */
  readonly answered: (address: string) => boolean;
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
    answered: (host) => samples.some((sample) => sample.ok && sample.url === url(host)),
    stop: async () => {
      await prober.stop();
      return downtimeSeconds(samples);
    },
  };
}
