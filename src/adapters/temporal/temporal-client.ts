import type { Client, WorkflowExecutionInfo } from '@temporalio/client';
import type { Report } from '../../model/report.js';
import { isGone, unreachable } from './errors.js';
import type { SeenWorkflow, Temporal } from './temporal.js';

export interface TemporalClientOptions {
  readonly client: Client;
  readonly taskQueue: string;
  /** Workflow types that only read; they are no runs. */
  readonly readOnly: readonly string[];
  /** Names of the search attributes, where they are registered. */
  readonly attributes: { readonly phase: string; readonly waitingFor: string; readonly namespaces: string };
}

const deadlineMilliseconds = 5000;

/** The port over the SDK's client. */
export function createTemporal({ client, taskQueue, readOnly, attributes }: TemporalClientOptions): Temporal {
  const { workflow } = client;
  const soon = <T>(act: () => Promise<T>) => client.connection.withDeadline(Date.now() + deadlineMilliseconds, act);
  const describe = (workflowId: string, run?: string) => soon(() => workflow.getHandle(workflowId, run).describe());

  /** Visibility does not tell the first run's id; it differs from the run id only after a Reset. */
  async function seen(info: WorkflowExecutionInfo): Promise<SeenWorkflow> {
    const told = (name: string) => info.searchAttributes[name]?.[0]?.toString();
    const phase = told(attributes.phase);
    const waitingFor = told(attributes.waitingFor);
    const namespaces = info.searchAttributes[attributes.namespaces]?.map(String);
    return {
      workflowId: info.workflowId,
      run: await firstRun(info),
      type: info.type,
      startedAt: info.startTime.toISOString(),
      status: info.status.name,
      ...(info.closeTime && { closedAt: info.closeTime.toISOString() }),
      ...(phase !== undefined && { phase }),
      ...(waitingFor !== undefined && { waitingFor }),
      ...(namespaces && { namespaces }),
    };
  }

  async function firstRun({ workflowId, runId }: WorkflowExecutionInfo): Promise<string> {
    try {
      return (await describe(workflowId, runId)).raw.workflowExecutionInfo?.firstRunId || runId;
    } catch (error) {
      if (isGone(error)) return runId;
      throw error;
    }
  }

  return {
    async isOpen({ workflowId, run }) {
      try {
        const { status, raw } = await describe(workflowId);
        const first = raw.workflowExecutionInfo?.firstRunId || raw.workflowExecutionInfo?.execution?.runId;
        return status.name === 'RUNNING' && first === run;
      } catch (error) {
        if (isGone(error)) return false;
        throw unreachable(`describe ${workflowId}`, error);
      }
    },

    async list(limit) {
      const others = readOnly.map((type) => ` AND WorkflowType != '${type}'`).join('');
      const query = `TaskQueue = '${taskQueue.replaceAll("'", '')}'${others}`;
      try {
        const found = await soon(() => firstOf(workflow.list({ query, pageSize: limit }), limit));
        return await Promise.all(found.map(seen));
      } catch (error) {
        throw unreachable('list runs', error);
      }
    },

    async report(workflowId) {
      try {
        return await soon(() => workflow.getHandle(workflowId).query<Report>('report'));
      } catch {
        return undefined;
      }
    },
  };
}

async function firstOf<T>(items: AsyncIterable<T>, limit: number): Promise<readonly T[]> {
  const taken: T[] = [];
  for await (const item of items) {
    if (taken.push(item) === limit) break;
  }
  return taken;
}
