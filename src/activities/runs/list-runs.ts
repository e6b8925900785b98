import type { RunFilter, SeenWorkflow } from '../../adapters/temporal/temporal.js';
import { failure } from '../../errors.js';
import { workflowOfRun } from '../../model/afterwards.js';
import type { JournalRecord } from '../../model/journal.js';
import type { Adapters } from '../adapters.js';
import { openAfter } from './find-runs.js';
import type { FoundRun } from './found-run.js';
import { type Place, readPlace, writePlace } from './list-place.js';
import { fromRecord, tellRun } from './tell-run.js';

export interface ListRunsRequest {
  readonly kind?: string;
  readonly phase?: string;
  readonly waitingFor?: string;
  /** Runs that name it. */
  readonly namespace?: string;
  /** Only runs that name no other namespaces than these; absent: all. */
  readonly within?: readonly string[];
  readonly limit?: number;
  /** `next` of the page before. */
  readonly after?: string;
}

export interface RunPage {
  /** Open ones first, then those that ended, the last ended first, then those that only their journal remembers. */
  readonly runs: readonly FoundRun[];
  /** There may be more. A page may have fewer runs than were asked for, even none, and still have a next one. */
  readonly next?: string;
}

/** A filter that fits little must not make one request read everything. */
const mostPages = 5;
const closed: readonly string[] = ['Succeeded', 'RolledBack', 'RollbackIncomplete', 'Terminated', 'Finalized', 'Refused', 'Ended'];

/** Lists runs, filtered in Temporal's own query by what may be seen, and once more by what each run names. Reads only. */
export function listRuns({ temporal, journal, settings }: Pick<Adapters, 'temporal' | 'journal' | 'settings'>) {
  const tell = tellRun({ temporal });

  async function pageOf(request: ListRunsRequest, later: Later, place: Place, size: number): Promise<Told> {
    if ('lost' in place) return lostOnes(place.lost, size);
    const { workflows, next } = await temporal.page(filterOf(request, later, settings.searchAttributes), size, place.token);
    const records = await recordsOf(workflows);
    const runs = await Promise.all(workflows.map((seen) => tell(seen, later.get(seen.run), records.get(seen.run))));
    return { runs, next: next === undefined ? { lost: 0 } : { token: next } };
  }

  async function recordsOf(workflows: readonly SeenWorkflow[]): Promise<ReadonlyMap<string, JournalRecord>> {
    const records = await journal.recordsOf(workflows.map(({ run }) => run));
    return new Map(records.map((record) => [record.run, record]));
  }

  async function lostOnes(from: number, size: number): Promise<Told> {
    const records = await journal.listRuns();
    const known = await temporal.known(records.map(({ run }) => run));
    const lost = records.filter(({ run }) => !known.has(run)).sort((a, b) => b.startedAt.localeCompare(a.startedAt));
    return { runs: lost.slice(from, from + size).map(fromRecord), ...(lost.length > from + size && { next: { lost: from + size } }) };
  }

  /** What goes on with a closed run, by the run. */
  async function laterOf(): Promise<Later> {
    const open = await temporal.openAfterwards();
    const found = await Promise.all(
      open.map(async (after) => {
        const executions = await temporal.executions(workflowOfRun(after.workflowId));
        const records = await recordsOf(executions);
        const runs = executions.filter(({ run, status }) => status === 'RUNNING' || records.has(run));
        return runs.flatMap((seen) => (openAfter(seen, runs, open) === after ? [[seen.run, after] as const] : []));
      }),
    );
    return new Map(found.flat());
  }

  return {
    async listRuns(request: ListRunsRequest): Promise<RunPage> {
      const { within, limit = 100 } = request;
      if (within && !settings.searchAttributes)
        throw failure('NotFilterable', 'Temporal cannot tell here which runs are in which namespaces, so the list is for those who may see every run');
      if (within?.length === 0) return { runs: [] };
      const later = await laterOf();
      const runs: FoundRun[] = [];
      let place: Place | undefined = readPlace(request.after);
      for (let pages = 0; place && runs.length < limit && pages < mostPages; pages += 1) {
        const told: Told = await pageOf(request, later, place, limit - runs.length);
        runs.push(...told.runs.filter((run) => fits(run, request)));
        place = told.next;
      }
      return { runs, ...(place && { next: writePlace(place) }) };
    },
  };
}

type Later = ReadonlyMap<string, SeenWorkflow>;

interface Told {
  readonly runs: readonly FoundRun[];
  readonly next?: Place;
}

/** The narrowest that Temporal can tell for sure: phases of closed runs stand in their records, and change after the workflow closed. */
function filterOf(request: ListRunsRequest, later: Later, hasAttributes: boolean): RunFilter {
  const { kind, phase, waitingFor } = request;
  const onlyOpen = waitingFor !== undefined || (phase !== undefined && !closed.includes(phase));
  const namesOneOf = hasAttributes ? namesAsked(request) : undefined;
  return {
    ...(kind !== undefined && { type: kind.charAt(0).toLowerCase() + kind.slice(1) }),
    ...(namesOneOf && { namesOneOf }),
    ...(onlyOpen && { openOr: [...new Set([...later.values()].map(({ workflowId }) => workflowOfRun(workflowId)))] }),
  };
}

function namesAsked({ namespace, within }: ListRunsRequest): readonly string[] | undefined {
  if (namespace === undefined) return within;
  // Of nothing at all a query cannot be made; no namespace has this name.
  return within === undefined || within.includes(namespace) ? [namespace] : ['-'];
}

function fits(run: FoundRun, { kind, phase, waitingFor, namespace, within }: ListRunsRequest): boolean {
  const { namespaces } = run;
  return (
    (kind === undefined || run.kind === kind) &&
    (phase === undefined || run.phase === phase) &&
    (waitingFor === undefined || run.waitingFor === waitingFor) &&
    (namespace === undefined || namespaces?.includes(namespace) === true) &&
    (within === undefined || (namespaces !== undefined && namespaces.length > 0 && namespaces.every((each) => within.includes(each))))
  );
}
