import { ApplicationFailure } from '@temporalio/common';
import { catalogue, type FailureType } from '../errors.js';
import type { Problem } from '../model/plan.js';
import type { Report } from '../model/report.js';
import { shellWord } from '../render/words.js';
import { CliError } from './cli-error.js';
import { type ExitCode, exitCodes } from './exit-codes.js';
import { InvalidSpecError, placed } from './request.js';
import type { SpecFile, SpecProblem } from './spec-file.js';

const codes: Readonly<Partial<Record<Report['phase'], ExitCode>>> = { Succeeded: exitCodes.ok, Finalized: exitCodes.ok, RolledBack: exitCodes.rolledBack };

/** What a run's end means for the shell. */
export const exitCodeOf = ({ phase }: Report): ExitCode => codes[phase] ?? exitCodes.failure;

/** A check found problems; nothing was touched. */
export class RefusedError extends CliError {
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    super(['preflight found problems; nothing was touched:', ...problems.map(({ check, message }) => `  ${check}: ${message}`)].join('\n'), {
      exitCode: exitCodes.refused,
    });
    this.problems = problems;
  }
}

/** A failure in words for a person: problems at their places in the spec, the holder of a lock, else what happened and what helps. */
export function explainFailure(error: unknown, source?: SpecFile): unknown {
  return error instanceof ApplicationFailure ? explainApplicationFailure(error, source) : error;
}

function explainApplicationFailure(cause: ApplicationFailure, source: SpecFile | undefined): CliError {
  const detail: unknown = cause.details?.[0];
  if (cause.type === 'InvalidSpec') {
    const problems = problemsIn(detail, isSpecProblem);
    if (source && problems.length > 0) return new InvalidSpecError(placed(source, problems));
    return new CliError(cause.message, { exitCode: exitCodes.invalid, cause });
  }
  if (cause.type === 'PreflightFailed') return new RefusedError(problemsIn(detail, isProblem));
  if (cause.type === 'RunInProgress') return explainHolder(cause, detail);
  const hint = hintOf(cause, detail);
  const message = cause.type === 'WrongMoment' || cause.type === 'WouldLoseData' ? `refused: ${cause.message}` : cause.message;
  return new CliError(message, { ...(hint !== undefined && { hint }), cause });
}

/** Another run has the release: found while it was looked at, or when its locks were taken. Nothing was touched. */
function explainHolder(cause: ApplicationFailure, detail: unknown): CliError {
  const problems = problemsIn(detail, isProblem);
  if (problems.length > 0) return new RefusedError(problems);
  const holder = workflowIn(detail);
  const hint = holder === undefined ? hintOf(cause, detail) : `look at it: rehelm status ${shellWord(holder)}`;
  return new CliError(cause.message, { exitCode: exitCodes.refused, ...(hint !== undefined && { hint }), cause });
}

const isFields = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null;

function problemsIn<T>(detail: unknown, is: (problem: unknown) => problem is T): readonly T[] {
  const problems = isFields(detail) ? detail['problems'] : undefined;
  return Array.isArray(problems) ? problems.filter(is) : [];
}

const isSpecProblem = (problem: unknown): problem is SpecProblem =>
  isFields(problem) && Array.isArray(problem['path']) && typeof problem['message'] === 'string';
const isProblem = (problem: unknown): problem is Problem => isFields(problem) && typeof problem['check'] === 'string' && typeof problem['message'] === 'string';

function workflowIn(detail: unknown): string | undefined {
  const holder = isFields(detail) ? (detail['holder'] ?? detail) : undefined;
  const id = isFields(holder) ? holder['workflowId'] : holder;
  return typeof id === 'string' ? id : undefined;
}

const isKnown = (type: string): type is FailureType => Object.hasOwn(catalogue, type);

/** Where the command line has a word of its own for what the catalogue advises. */
const ownHints: Readonly<Partial<Record<FailureType, (detail: unknown) => string>>> = {
  WouldLoseData: () => 'repeat with --accept-data-loss if that loss is meant',
  InvalidSpec: () => 'correct the request and repeat it',
  UnknownSchedule: () => 'rehelm schedule list lists them',
  DrillNotAcknowledged: () => 'look at its report, then repeat with --acknowledge, and --reason says what was found',
  UnknownRun: () => 'rehelm status lists the runs',
  NoWorker: () => 'rehelm worker starts one; rehelm dev starts Temporal and a worker',
  NoAnswer: () => 'is a worker running? rehelm worker starts one',
  OutcomeUnknown: () => 'rehelm status tells; rehelm worker starts a worker',
  TemporalAway: () => 'set TEMPORAL_ADDRESS, or start one for a trial: rehelm dev',
  Terminated: (detail) => `what it did is in its journal: rehelm rollback ${shellWord(workflowIn(detail) ?? 'RUN')}`,
};

function hintOf({ type }: ApplicationFailure, detail: unknown): string | undefined {
  if (!type || !isKnown(type)) return undefined;
  return ownHints[type]?.(detail) ?? catalogue[type].hint;
}
