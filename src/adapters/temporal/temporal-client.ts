import { type Client, ScheduleNotFoundError, type WorkflowExecutionInfo } from '@temporalio/client';
import { executionInfoFromRaw } from '@temporalio/client/lib/helpers.js';
import { afterwards } from '../../model/afterwards.js';
import { memoNamespaces } from '../../model/memo.js';
import type { Report } from '../../model/report.js';
import { isGone, unreachable } from './errors.js';
import { oneOf, quoted, runQuery } from './run-query.js';
import { scheduledRuns } from './scheduled-runs.js';
import type { SeenWorkflow, Temporal } from './temporal.js';

export interface TemporalClientOptions {
  readonly client: Client;
  readonly taskQueue: string;
  /** Workflow types that only read; they are no runs. */
  readonly readOnly: readonly string[];
  /** Names of the search attributes, where they are registered. */
  readonly attributes: { readonly phase: string; readonly waitingFor: string; readonly namespaces: string };
}

/** What a list and a describe tell alike. */
type Info = Omit<WorkflowExecutionInfo, 'raw'>;

const deadlineMilliseconds = 5000;
const isUuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
/** A few megabytes. */
const mostFirstRuns = 20_000;

/** The port over the SDK's client. */
export function createTemporal({ client, taskQueue, readOnly, attributes }: TemporalClientOptions): Temporal {
  const { workflow } = client;
  const soon = <T>(act: () => Promise<T>) => client.connection.withDeadline(Date.now() + deadlineMilliseconds, act);
  const describe = (workflowId: string, run?: string) => soon(() => workflow.getHandle(workflowId, run).describe());

  /** By run id; it never changes. */
  const firstRuns = new Map<string, string>();

  /** Visibility does not tell the first run's id; it differs from the run id only after a Reset. */
  async function seen(info: Info): Promise<SeenWorkflow> {
    const told = (name: string) => info.searchAttributes[name]?.[0]?.toString();
    const phase = told(attributes.phase);
    const waitingFor = told(attributes.waitingFor);
    const namespaces = info.searchAttributes[attributes.namespaces]?.map(String) ?? namesInMemo(info.memo);
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

  async function firstRun({ workflowId, runId }: Info): Promise<string> {
    const known = firstRuns.get(runId);
    if (known !== undefined) return known;
    try {
      const first = (await describe(workflowId, runId)).raw.workflowExecutionInfo?.firstRunId || runId;
      if (firstRuns.size >= mostFirstRuns) firstRuns.clear();
      firstRuns.set(runId, first);
      return first;
    } catch (error) {
      if (isGone(error)) return runId;
      throw error;
    }
  }

  /** A Reset leaves the old execution behind, terminated: the run goes on in the newest. */
  async function isReset({ workflowId, runId, status }: WorkflowExecutionInfo): Promise<boolean> {
    if (status.name !== 'TERMINATED') return false;
    try {
      const newest = await describe(workflowId);
      return (
        newest.runId !== runId && newest.raw.workflowExecutionInfo?.firstRunId === (await describe(workflowId, runId)).raw.workflowExecutionInfo?.firstRunId
      );
    } catch (error) {
      if (isGone(error)) return false;
      throw error;
    }
  }

  async function listed(query: string, limit: number): Promise<readonly WorkflowExecutionInfo[]> {
    try {
      return await soon(() => firstOf(workflow.list({ query, pageSize: limit }), limit));
    } catch (error) {
      throw unreachable('list runs', error);
    }
  }

  /** Undefined for what is no run: another program's, or one that only reads. */
  async function newest(workflowId: string): Promise<Info | undefined> {
    try {
      const described = await describe(workflowId);
      return described.taskQueue === taskQueue && !readOnly.includes(described.type) ? described : undefined;
    } catch (error) {
      if (isGone(error)) return undefined;
      throw unreachable(`describe ${workflowId}`, error);
    }
  }

  async function all(query: string, limit = 100): Promise<readonly SeenWorkflow[]> {
    return Promise.all((await listed(query, limit)).map(seen));
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

    list: (limit) => all([`TaskQueue = ${quoted(taskQueue)}`, ...readOnly.map((type) => `WorkflowType != ${quoted(type)}`)].join(' AND '), limit),

    async page(filter, size, after) {
      const query = runQuery(filter, { taskQueue, readOnly, namespaces: attributes.namespaces });
      const request = {
        namespace: client.options.namespace,
        query,
        pageSize: size,
        ...(after !== undefined && { nextPageToken: Buffer.from(after, 'base64') }),
      };
      try {
        const { executions, nextPageToken } = await soon(() => client.workflowService.listWorkflowExecutions(request));
        const infos = await Promise.all(
          (executions ?? []).map((raw) => executionInfoFromRaw(raw, client.options.loadedDataConverter, raw, client.options.namespace)),
        );
        const workflows = (await Promise.all(infos.map(async (info) => ((await isReset(info)) ? [] : [await seen(info)])))).flat();
        return { workflows, ...(nextPageToken && nextPageToken.length > 0 && { next: Buffer.from(nextPageToken).toString('base64') }) };
      } catch (error) {
        throw unreachable('list runs', error);
      }
    },

    openAfterwards: () => all(`TaskQueue = ${quoted(taskQueue)} AND ExecutionStatus = 'Running' AND WorkflowType IN ${oneOf(afterwards)}`),

    async about(name) {
      const [byRun] = isUuid.test(name) ? await listed(`TaskQueue = ${quoted(taskQueue)} AND RunId = ${quoted(name)}`, 1) : [];
      const workflowId = byRun?.workflowId ?? name;
      const ids = [workflowId, ...afterwards.map((each) => `${workflowId}/${each}`)];
      const kinds = readOnly.map((type) => ` AND WorkflowType != ${quoted(type)}`).join('');
      const [described, past] = await Promise.all([
        Promise.all(ids.map(newest)),
        listed(`TaskQueue = ${quoted(taskQueue)} AND WorkflowId IN ${oneOf(ids)}${kinds}`, 100),
      ]);
      const found: readonly Info[] = described.flatMap((each) => each ?? []);
      const older = past.filter(({ runId }) => found.every((each) => each.runId !== runId));
      return Promise.all([...found, ...older].map(seen));
    },

    executions: (workflowId) => all(`TaskQueue = ${quoted(taskQueue)} AND WorkflowId = ${quoted(workflowId)}`),

    async known(runs) {
      if (runs.length === 0) return new Set<string>();
      const found = await Promise.all(chunksOf(runs, 50).map((chunk) => listed(`RunId IN ${oneOf(chunk)}`, chunk.length)));
      return new Set(found.flat().map(({ runId }) => runId));
    },

    async schedule(id) {
      try {
        const { state, info } = await soon(() => client.schedule.getHandle(id).describe());
        return { note: state.note ?? '', runs: await scheduledRuns(client, info.recentActions, (_workflowId, look) => soon(look)) };
      } catch (error) {
        if (error instanceof ScheduleNotFoundError) return undefined;
        throw unreachable(`describe the schedule ${id}`, error);
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

/** Those that its spec named when it was started: of use until the run itself has told them, and where Temporal has no search attributes. */
const namesInMemo = (memo: Readonly<Record<string, unknown>> | undefined): readonly string[] | undefined => {
  const names = memo?.[memoNamespaces];
  return Array.isArray(names) ? names.map(String) : undefined;
};

const chunksOf = <T>(items: readonly T[], size: number): readonly (readonly T[])[] =>
  Array.from({ length: Math.ceil(items.length / size) }, (_, index) => items.slice(index * size, (index + 1) * size));

async function firstOf<T>(items: AsyncIterable<T>, limit: number): Promise<readonly T[]> {
  const taken: T[] = [];
  for await (const item of items) {
    if (taken.push(item) === limit) break;
  }
  return taken;
}
