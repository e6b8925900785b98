import type { Client } from '@temporalio/client';
import type { Report } from '../../../src/model/report.js';
import type { Answered, OnceHeader } from '../../../src/runs/http/http-calls.js';
import { soon } from '../story/tools.js';
import type { PortalClient } from './client.js';
import type { Moment, Servers, Victim } from './servers.js';

/** A request whose answer was lost because somebody died, and what it did in the end. */
export interface Struck {
  readonly verb: string;
  readonly victim: Victim;
  readonly at: Moment['at'];
  /** To the request and its repetitions, `cut` for a lost connection. */
  readonly answers: readonly (number | 'cut')[];
  /** Runs that it started, decisions that it is in the report with. */
  readonly effects: number;
  readonly seconds: number;
}

export interface Strike {
  readonly verb: string;
  readonly victim: Victim;
  readonly moment: Moment;
}

/** Sends a request, whoever dies at its moment, until it is answered; `effects` is asked when all are well again. Throws where nobody died. */
export async function struck<T>(
  { servers, portal, tell }: { readonly servers: Servers; readonly portal: PortalClient; readonly tell: (line: string) => void },
  { verb, victim, moment }: Strike,
  call: (header: OnceHeader) => Promise<Answered<T>>,
): Promise<{ readonly data: T; readonly record: Omit<Struck, 'effects'> }> {
  const started = Date.now();
  let isBack = false;
  const back = servers.strike(victim, moment).then(() => {
    isBack = true;
  });
  back.catch(() => undefined);
  const { data, answers } = await portal.send(call);
  await soon(`${victim} to have been killed at ${verb} and to be back`, 90, async () => (isBack ? true : undefined));
  await back;
  const record = { verb, victim, at: moment.at, answers, seconds: (Date.now() - started) / 1000 };
  tell(`${victim} killed when ${verb} was ${moment.at}: ${answers.join(', ')} after ${record.seconds.toFixed(1)} s`);
  return { data, record };
}

/** How many runs of this workflow id Temporal has ever had; its list may be late, so what is more than one is seen as soon as it is there. */
export async function runsOf(client: Client, workflowId: string): Promise<number> {
  const { runId } = await client.workflow.getHandle(workflowId).describe();
  return soon(`${workflowId} to be listed`, 30, async () => {
    const found: string[] = [];
    for await (const { runId: each } of client.workflow.list({ query: `WorkflowId = "${workflowId}"` })) found.push(each);
    return found.includes(runId) ? found.length : undefined;
  });
}

/** How often a decision stands in a report. */
export const decided = ({ decisions }: Pick<Report, 'decisions'>, question: string, choice: string): number =>
  decisions.filter((each) => each.question === question && each.choice === choice).length;
