import { ApplicationFailure } from '@temporalio/common';

/**
 * Every failure rehelm raises: whether a retry can help, and what an operator can do.
 * `retry: false` ends the step at once and parks the run; `retry: true` is tried again within the step's time.
 */
export const catalogue = {
  InvalidSpec: { retry: false, hint: 'Correct the spec; every problem is listed with its path.' },
  PreflightFailed: { retry: false, hint: 'Remove the listed problems and start again: nothing was touched.' },
  PlanChanged: { retry: false, hint: 'What was found differs from what was approved. Look at the new plan and approve it.' },
  RunInProgress: { retry: false, hint: 'Another run holds this release. Look at it, finalize it or roll it back first.' },
  Superseded: { retry: false, hint: 'This attempt was given up: a rollback or a newer attempt took over. Nothing to do.' },
  NotFound: { retry: false, hint: 'The object is gone. Was it deleted by somebody during the run?' },
  AlreadyExists: { retry: false, hint: 'An object of this name exists and is not ours. Rename or remove it.' },
  Conflict: { retry: true, hint: 'Somebody else writes to the same object. Suspend that controller.' },
  Forbidden: { retry: false, hint: 'Give the worker the missing permission (rehelm plan lists what is missing).' },
  Invalid: { retry: false, hint: 'The API server refused the object as invalid; its reason is in the message.' },
  Unreachable: { retry: true, hint: 'The server did not answer. Check the network, the address and the certificate.' },
  NotReady: { retry: true, hint: 'It is not there yet; the message says what is awaited.' },
  TimedOut: { retry: false, hint: 'It did not happen in the time the spec allows. Look at the reasons, then retry or roll back.' },
  HelmFailed: { retry: false, hint: 'Read what helm said; correct values or chart, then retry with the change.' },
  HelmLocked: { retry: false, hint: 'Another helm operation holds the release. Let it end, or recover the release by hand.' },
  HelmOwnership: { retry: false, hint: 'An object of the chart belongs to somebody else. Adopt it in the spec or remove it.' },
  NotOurs: { retry: false, hint: 'It changed hands or holds what the run did not make, so rehelm leaves it alone. Look at it, then retry.' },
  VolumeNotRetained: { retry: false, hint: 'The volume would be deleted with its claim. Nothing was deleted.' },
  VolumeUnfit: { retry: false, hint: 'The volume cannot be served or upgraded as it is; the message says why. Its data were not touched.' },
  UpgradeRefused: {
    retry: false,
    hint: 'pg_upgrade does not carry this over; its words are in the message, and the old directory is as it was. Mend it in the source, or copy instead.',
  },
  SnapshotNeeded: {
    retry: false,
    hint: 'The upgraded server has run, so the old directory is spoilt. Give the claim a volume made from the snapshot that the message names, then retry.',
  },
  WrongPassword: { retry: false, hint: 'The database refused the password. Correct the Secret that the spec names, then retry.' },
  MissingLocale: { retry: false, hint: "The target sorts by no such locale. Take a database image that brings the source's, then retry." },
  MissingExtension: { retry: false, hint: 'The target has no such extension. Take a database image that brings it, or drop it in the source, then retry.' },
  RedisUnfit: {
    retry: false,
    hint: 'Keys are set aside on one Redis 5.0 or newer that takes writes: no replica, no Sentinel, no cluster. Name its Service in the spec.',
  },
  TooFewKeys: {
    retry: false,
    hint: 'Fewer keys match than the spec demands. Look at pattern and database, and whether the product has made them yet; then retry.',
  },
  TooManyKeys: {
    retry: false,
    hint: 'More keys match than the spec allows, and none was set aside. Make the pattern narrower, or raise `atMost` if they are all meant.',
  },
  NoSpace: { retry: false, hint: 'The volume is full. Enlarge it, then retry: what is done is kept.' },
  ToolTooOld: {
    retry: false,
    hint: 'Take a copier image whose clients know both servers: for PostgreSQL at least as new as both; or bring the server to a version that they know.',
  },
  TargetNotEmpty: { retry: false, hint: 'The target database holds data this run did not write. Drop or rename it by hand.' },
  VerifyMismatch: { retry: false, hint: 'Source and target differ; the report names collection and numbers. Do not commit.' },
  SourceChanged: {
    retry: false,
    hint: 'The source was written to while users were held out, and the copy lacks it. Find the writer, then roll back and begin again.',
  },
  SourceAwake: { retry: false, hint: 'A part of the source was started again. Stop it, then retry: what it wrote meanwhile is looked for.' },
  PrecopyLost: {
    retry: false,
    hint: 'What was copied ahead is of no use any more; the source is as it was, and nothing was switched. Roll back and begin again.',
  },
  ProofLost: {
    retry: false,
    hint: 'The state to be compared is gone, and a difference would prove nothing. Retry while nobody has written to the target; after that, accept it or roll back.',
  },
  CopyFailed: { retry: false, hint: 'The copier ended with an error; its last lines are in the message. A retry goes on from what is done.' },
  DumpIncomplete: {
    retry: false,
    hint: 'The dump is empty, short or without its end, whatever its exit code says. Look at the message, then retry: it begins anew.',
  },
  ArtifactDamaged: {
    retry: false,
    hint: 'The backup is not what was stored; the message names the file. Take another backup. The databases are as they were.',
  },
  WrongKey: { retry: false, hint: 'No key of the Secret opens the backup. Put the age identity of one of its recipients there, then retry.' },
  BackupFailed: { retry: false, hint: "A backup's tool or its storage ended with an error; its words are in the message. A retry begins that step anew." },
  ProbeFailed: { retry: false, hint: 'The new product does not answer as the spec expects. Look at its pods, then retry or roll back.' },
  WouldLoseData: { retry: false, hint: 'Users have written since the commit. Repeat with acceptDataLoss if that loss is meant.' },
  DriverLost: { retry: false, hint: 'The drill ended without a result, and proves nothing. Look at the guard: it has taken the fault back.' },
  DrillRed: { retry: false, hint: 'The target did not stand the fault as expected. The report says in what; the next drill needs an acknowledgement.' },
  DrillInconclusive: { retry: false, hint: 'The drill itself failed and proves nothing. The report says why; repeat it.' },
  DrillNotRun: { retry: false, hint: 'As things are, it must not begin: nothing was touched. Remove what the message names.' },
  DrillNotAcknowledged: {
    retry: false,
    hint: 'Look at the report of the last drill. Then repeat this with an acknowledgement and, as its reason, what was found.',
  },
  UnknownSchedule: { retry: false, hint: 'There is none of this name, or it was deleted. Look at the list of schedules.' },
  ScheduleExists: { retry: false, hint: 'Its id comes from kind, namespace and name. Delete it first where it shall be another.' },
  UnknownRun: { retry: false, hint: 'Neither Temporal nor a journal knows it. Look at the list of runs.' },
  Terminated: { retry: false, hint: 'Somebody ended its workflow. What it did is in its journal: roll it back from there.' },
  NotSigned: { retry: false, hint: 'Four eyes are asked for here: another person than who started the run does it, through the API.' },
  NotFilterable: {
    retry: false,
    hint: 'Register the search attributes (rehelm setup) and restart the workers, or ask with a token that may see every namespace.',
  },
  NoWorker: { retry: true, hint: 'Nobody takes work from the task queue. Start a worker.' },
  TemporalAway: { retry: true, hint: 'Temporal does not answer. Runs stand still and go on when it is back.' },
  NoAnswer: { retry: true, hint: 'Nobody answered in time. Is a worker running?' },
  OutcomeUnknown: { retry: true, hint: 'It may have been done. Look before you repeat it.' },
  KeyReused: { retry: false, hint: 'Take a new Idempotency-Key for another request; with the same key and body the first answer comes again.' },
  WrongMoment: { retry: false, hint: 'The run is not in a state in which this can be done; the message says what is possible.' },
} as const satisfies Record<string, { readonly retry: boolean; readonly hint: string }>;

export type FailureType = keyof typeof catalogue;

/** The one constructor of failures. `message` says what happened to what, and why; the hint comes from the catalogue. `details` is plain data without secrets. */
export function failure(
  type: FailureType,
  message: string,
  { cause, details }: { readonly cause?: unknown; readonly details?: unknown } = {},
): ApplicationFailure {
  return ApplicationFailure.create({
    type,
    message,
    nonRetryable: !catalogue[type].retry,
    ...(cause instanceof Error && { cause }),
    ...(details !== undefined && { details: [details] }),
  });
}

/** Is this a failure of the given type? Looks at the failure itself, not at its causes. */
export function isFailure(error: unknown, ...types: readonly FailureType[]): error is ApplicationFailure {
  return error instanceof ApplicationFailure && types.some((type) => error.type === type);
}
