import type { Window } from './schedule/window.js';

/** What happens to the target; one file of src/drill/faults/ each. */
export const faultKinds = ['podDelete', 'sigkill', 'sigstop', 'nodeOff'] as const;
export type FaultKind = (typeof faultKinds)[number];

/**
 * How the writer's sessions are set. asConfigured: as the target itself has it · strict: the target proves that an acknowledged write is on two members ·
 * loose: the session does not wait for a replica. None changes anything on the server.
 */
export const profiles = ['asConfigured', 'strict', 'loose'] as const;
export type Profile = (typeof profiles)[number];

/** green: as expected · red: not as expected · inconclusive: the drill itself failed, which proves nothing · notRun: refused, skipped, missed. */
export type Verdict = 'green' | 'red' | 'inconclusive' | 'notRun';

export interface Fault {
  readonly kind: FaultKind;
  /** The member that it hits; the engine itself says who is what. */
  readonly of: 'primary' | 'replica';
  /** How long a stop or a power cut lasts, in seconds; 0 where the fault is over at once. */
  readonly lastsSeconds: number;
  /** postmaster: of sigkill and sigstop, that process alone; its backends go on. Absent: all of the container. */
  readonly process?: 'postmaster';
  /** After this time the guard takes the fault back, whoever is alive, in seconds. */
  readonly revertAfterSeconds: number;
  /** How pods that hang on a node that is proved off are freed; absent: they are only shown. */
  readonly stuckPods?: 'forceDelete' | 'outOfService';
  /** The target's own liveness probe may end the fault: that is its fence, and no failure of the drill. */
  readonly fencedByProbe: boolean;
}

export interface Load {
  readonly writers: number;
  readonly writesPerSecond: number;
  /** The target stands and serves this long before the fault, in seconds. */
  readonly steadySeconds: number;
  /** After the last trouble users go on this long, in seconds. */
  readonly settleSeconds: number;
}

/** What ends the fault before its time. */
export interface StopWhen {
  /** Users' requests that fail, of those of the last ten seconds; `above` from 0 to 1. */
  readonly errorRate?: { readonly of: string; readonly url: string; readonly above: number };
  /** Another member than the one that was hit has not answered for so long. */
  readonly secondMemberIllSeconds?: number;
}

/** How the member that was primary becomes primary again, once all is well. */
export interface Failback {
  /** A program in its first container; `{member}` is its name, `{primary}` that of who is primary then. */
  readonly command: readonly string[];
  readonly withinSeconds: number;
}

/** What the drill is held against: the objectives, and what must never happen. Absent: reported, not judged. */
export interface Expectation {
  readonly rtoSeconds?: number;
  readonly lostWrites?: number;
  readonly redundancyWithinSeconds: number;
}

/** Where the members are, as pods of one namespace. */
interface Members {
  readonly namespace: string;
  readonly selector: string;
}

export interface PostgresTarget extends Members {
  readonly engine: 'postgresql';
  readonly writeTo: { readonly host: string; readonly port: number };
  readonly database: string;
}

export interface HttpTarget extends Members {
  readonly engine: 'http';
  readonly requestTo: string;
}

export type DrillTarget = PostgresTarget | HttpTarget;

/** Everything driver, guard and hand are told. Holds secrets: it travels in a Secret only, never through Temporal. */
export interface DrillRequest {
  readonly run: string;
  /** Name of this course: of its pods, its Secret, its table. */
  readonly name: string;
  readonly target: DrillTarget;
  readonly login?: { readonly user: string; readonly password: string };
  readonly fault: Fault;
  readonly load: Load;
  readonly profile: Profile;
  readonly expect: Expectation;
  /** How many members there were when the plan was made. */
  readonly members: number;
  /** The fault comes only where all that may follow fits in. */
  readonly window?: Window;
  readonly stopWhen?: StopWhen;
  readonly failback?: Failback;
  /** Shared by driver, guard and hand; nobody else has it. */
  readonly token: string;
  readonly image: string;
  readonly power?: { readonly http: string; readonly token: string };
}

/** A moment on the driver's monotonic clock, in milliseconds since the driver began. */
type Moment = { readonly at: number };

export interface MemberSample {
  readonly name: string;
  /** silent: it did not answer in time. */
  readonly role: 'primary' | 'replica' | 'silent';
  readonly timeline?: number;
  /** Its address, by which acknowledgements name their server. */
  readonly address?: string;
}

/** What happened, as the driver saw it; a line of the ledger each. Ids of writes count from 1. */
export type LedgerRecord =
  | (Moment & { readonly type: 'begin'; readonly course: Course; readonly startedAt: string })
  /** `due`: when it was to be sent; latencies count from there. */
  | (Moment & { readonly type: 'intent'; readonly id: number; readonly due: number })
  | (Moment & { readonly type: 'ack'; readonly id: number; readonly server?: string; readonly timeline?: number })
  | (Moment & { readonly type: 'late'; readonly id: number })
  /** unsent: it never left · failed: the server said so · unknown: the connection was lost, or the commit came with a warning. */
  | (Moment & { readonly type: 'unsent' | 'failed' | 'unknown'; readonly id: number; readonly why: string })
  | (Moment & { readonly type: 'sample'; readonly members: readonly MemberSample[]; readonly redundant: boolean })
  | (Moment & { readonly type: 'mark'; readonly mark: Mark; readonly note?: string })
  | (Moment & { readonly type: 'final'; readonly read: FinalRead })
  /** Nothing was touched: the drill cannot be run as things are. */
  | (Moment & { readonly type: 'refused'; readonly why: string })
  | (Moment & { readonly type: 'problem'; readonly why: string })
  /** Pods of the target that hang in Terminating on the node that was hit, whenever they change; none: they are gone. */
  | (Moment & { readonly type: 'stuck'; readonly pods: readonly string[] })
  | (Moment & { readonly type: 'freed'; readonly pods: readonly string[]; readonly how: 'forceDelete' | 'outOfService' })
  /** What the spec names came to pass: the fault is taken back before its time. */
  | (Moment & { readonly type: 'stopped'; readonly why: string })
  | (Moment & { readonly type: 'end'; readonly diffAfter: readonly string[] });

/** steady: the measured minute begins · faulted: the fault is proved · ended: it was over before our revert · reverted: our revert is proved · failingBack, failedBack: the old primary is made primary again, and is · closed: the writers ended. */
export const marks = ['steady', 'injecting', 'faulted', 'ended', 'reverting', 'reverted', 'failingBack', 'failedBack', 'closed'] as const;
export type Mark = (typeof marks)[number];

/** What the verdict is computed from beside what was seen. No secrets. */
export type Course = Pick<DrillRequest, 'run' | 'name' | 'target' | 'fault' | 'load' | 'profile' | 'expect' | 'members' | 'failback'>;

export function courseOf({ image: _image, login: _login, power: _power, token: _token, ...course }: DrillRequest): Course {
  return course;
}

/** What one member held when all was over. Rows that are as they were sent, as ranges of ids; all others one by one. */
export interface FinalRead {
  readonly member: string;
  /** As the server counts them, in a query of its own. */
  readonly rows: number;
  readonly intact: readonly (readonly [first: number, last: number])[];
  readonly changed: readonly number[];
  readonly duplicated: readonly number[];
  /** Ids that no writer was given. */
  readonly foreign: number;
}

export interface Phases {
  /** The first failed, late or slow write. */
  readonly detected?: number;
  /** Another member than before was seen as the primary. */
  readonly elected?: number;
  /** The first write that another member acknowledged: users reach it. */
  readonly routed?: number;
  /** The first of ten writes in a row that were acknowledged. */
  readonly firstAck?: number;
  /** 30 s with errors and p99 at most twice those of the steady minute: their beginning. */
  readonly baseline?: number;
  readonly redundant?: number;
}

/** On every pod of a course. */
export const drillLabels = { drill: 'rehelm.dev/drill', role: 'rehelm.dev/role' } as const;

/** Writes by the second in which they were due, from some seconds before the fault on. */
export interface Timeline {
  /** Of the first second; the fault comes at 0. */
  readonly from: number;
  /** Acknowledged within a second. */
  readonly inTime: readonly number[];
  readonly others: readonly number[];
}

/** Artifacts of a course in the run's store: the ledger, gzipped, and what it proves. */
export const drillArtifacts = (name: string) => ({ ledger: `drill/${name}/ledger.gz`, result: `drill/${name}/result.json` });

/** A pod that hung in Terminating, from a second after the fault on. */
export interface StuckPod {
  readonly name: string;
  readonly from: number;
  /** Absent: to the end. */
  readonly seconds?: number;
  /** By the drill; absent: nobody, or its kubelet when that was back. */
  readonly freedBy?: 'forceDelete' | 'outOfService';
}

/** What a course showed; all numbers from the ledger. Seconds count from the fault unless they say otherwise. */
export interface DrillResult {
  readonly verdict: Verdict;
  /** One sentence each: what was not as expected, or why nothing is proved. Empty where green. */
  readonly reasons: readonly string[];
  readonly profile: Profile;
  readonly fault: FaultKind;
  /** The longest outage: from the first failed, late or slow write to the first of ten acknowledged in a row. 0 where users saw nothing; absent where it did not recover. */
  readonly recoverySeconds?: number;
  readonly recoveredBy?: 'target' | 'revert';
  /** Every outage, by the second after the fault in which it began; one that is not over has no length. Two with less than 5 s between them are one. */
  readonly outages: readonly { readonly from: number; readonly seconds?: number }[];
  readonly phases: Phases;
  /** When the drill took its fault back, and when the writers ended. */
  readonly revertedAt?: number;
  readonly timeline: Timeline;
  readonly attempted: number;
  readonly acked: number;
  readonly unknown: number;
  readonly failed: number;
  readonly ackedLastSecond: number;
  /** Acknowledged, and not there in the end, on any one member. */
  readonly lost: number;
  /** Unknown, and there. */
  readonly recovered: number;
  /** There, though never sent, or refused by the server. */
  readonly unexpected: number;
  readonly duplicates: number;
  readonly changed: number;
  /** The last acknowledgement before the outage minus the oldest one that was lost. */
  readonly rpoSeconds: number;
  /** Share of writes due from the fault until the last recovery that were not acknowledged in a second, 0–1. */
  readonly errorRate: number;
  /** A percentile beyond the timeout is 1000 and means "≥ 1 s". */
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly steadyP99Ms: number;
  readonly twoPrimaries: { readonly seen: number; readonly acknowledged: number };
  readonly stuckPods?: readonly StuckPod[];
  /** What it took to make the old primary primary again, and what users met of it; `seconds` absent: it was not in time. Outages and phases above are without it. */
  readonly failback?: { readonly seconds?: number; readonly outageSeconds: number };
  /** The generator's own lateness: the most of it, in milliseconds. */
  readonly latenessMs: number;
  readonly diffAfter: readonly string[];
}
