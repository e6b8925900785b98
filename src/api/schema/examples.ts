const time = '2026-11-22T20:00:00.000Z';
const id = 'migrate~shop-helm~shop';
const at = { id, href: `/v1/runs/${id}`, workflowId: 'migrate/shop-helm/shop' };
const run = '01a201b4-3e32-7c48-9df6-214b308c4440';
const hash = '3f2a9c81d0e4';
const reason = 'CHG-4711';

const step = { id: 'prepare/stop-api', step: 'scaleDown', title: 'Stop api', input: { workload: { kind: 'Deployment', name: 'api' } } };
const plan = {
  kind: 'KustomizeToHelm',
  title: 'Move shop to Helm',
  phases: [{ id: 'prepare', title: 'Prepare', gate: 'start', steps: [step] }],
  locks: ['release/shop-helm/shop'],
  notes: ['hooks are left out'],
};
const shownRun = {
  ...at,
  run,
  kind: 'KustomizeToHelm',
  title: 'Move shop to Helm',
  phase: 'AwaitingApproval',
  startedAt: time,
  open: true,
  committed: false,
  waitingFor: 'approval',
  namespaces: ['shop', 'shop-helm'],
  verbs: ['approve', 'withdraw', 'pause', 'rollback'],
};
const report = {
  run,
  kind: 'KustomizeToHelm',
  title: 'Move shop to Helm',
  phase: 'Parked',
  plan: hash,
  startedAt: time,
  phases: [{ id: 'prepare', title: 'Prepare', startedAt: time }],
  steps: [{ id: step.id, step: step.step, title: step.title, phase: 'Prepare', state: 'begun', startedAt: time }],
  checks: [],
  decisions: [{ at: time, question: 'start', by: 'ada@example.com', via: 'api', choice: 'approve', reason, plan: hash }],
  notes: [],
  question: { number: 1, text: 'Stop api: 1 pod is still there', choices: ['retry', 'rollback', 'wait'], deadline: time, default: 'rollback' },
  committed: false,
};

export const stepProgress = {
  ...{
    step: 'copy/shop',
    phase: 'copy',
    unit: 'public.orders/3',
    unitsDone: 3,
    unitsTotal: 20,
    records: 1_200_000,
    bytes: 1_288_490_188,
    totalBytes: 5_368_709_120,
  },
  ...{ bytesPerSecond: 48_000_000, secondsLeft: 85 },
};
const schedule = {
  id: 'drill~orders~orders-node-off',
  href: '/v1/schedules/drill~orders~orders-node-off',
  scheduleId: 'drill/orders/orders-node-off',
  kind: 'FailoverDrill',
  cron: '30 2 * * SUN',
  timeZone: 'Europe/Berlin',
  createdBy: 'ada@example.com',
  createdAt: time,
  spec: hash,
  approvedUntil: '2027-02-20T20:00:00.000Z',
  namespaces: ['orders'],
  paused: false,
  note: 'created by ada@example.com via api',
  next: ['2026-11-29T01:30:00.000Z'],
};
const scheduledId = 'drill/orders/orders-node-off-2026-11-15T01:30:00Z';
const scheduledRun = {
  workflowId: scheduledId,
  run,
  scheduledAt: '2026-11-15T01:30:00.000Z',
  startedAt: '2026-11-15T01:30:00.084Z',
  verdict: 'red',
  why: 'DrillRed: strict is red: 3 acknowledged writes are lost',
};

/** Of what is asked and answered, by the name of its schema; a test holds each against it. */
export const examples: Readonly<Record<string, unknown>> = {
  Accepted: at,
  AcknowledgedRequest: { reason: 'lost writes explained in CHG-4711', acknowledge: true },
  ApproveScheduleRequest: { spec: hash, reason },
  ApproveRequest: { gate: 'commit', plan: hash, reason },
  ChangedSchedule: { id: schedule.id, href: schedule.href },
  CreatedSchedule: { ...schedule, clockChanges: [{ local: '2027-03-28 02:30', change: 'dropped', firesAt: '2027-03-28T01:30:00.000Z' }] },
  DecideRequest: { question: 1, choice: 'retry', reason: 'disk enlarged' },
  FileRequest: { name: 'values.yaml', content: 'replicas: 3\n' },
  FinalizeRequest: { reason: 'two weeks without a complaint' },
  Health: { status: 'ok' },
  Journal: { entries: [{ id: step.id, step: step.step, title: step.title, state: 'done' }] },
  KeptFile: { secretRef: { namespace: 'rehelm-system', name: 'req-0f3a9c81d0e40f3a9c81d0e4', key: 'values.yaml' } },
  Now: { open: true, report, triedAgain: [{ activity: 'scaleDown', attempt: 2, failure: 'NotReady: 1 pod is still there' }], progress: [stepProgress] },
  StepProgress: stepProgress,
  PauseRequest: { reason: 'phone call from the data centre' },
  Preview: { hash, plan, problems: [{ check: 'space', message: 'the target volume lacks 3 GiB' }] },
  Problem: {
    type: '/problems/RunInProgress',
    title: 'Run in progress',
    status: 409,
    detail: 'migrate/shop-helm/shop already runs: one at a time',
    failure: 'RunInProgress',
    holder: { id, href: `/v1/runs/${id}` },
  },
  ReapRequest: { remove: false },
  Reaped: { orphans: [], removed: [], notes: [] },
  Report: report,
  RollbackRequest: { reason: 'the window is over' },
  Run: shownRun,
  RunEvents: { events: [{ position: 1, at: time, type: 'phase', phase: 'Planning' }], last: 1, open: true },
  Runs: { runs: [shownRun] },
  Schedule: schedule,
  ScheduledRun: scheduledRun,
  Schedules: { schedules: [schedule] },
  ShownPlan: { hash, plan },
  ShownSchedule: {
    ...schedule,
    runs: [scheduledRun],
    gaps: [{ at: '2026-11-22T01:30:00.000Z', why: 'no run was started' }],
    missed: 0,
    skipped: 0,
    unacknowledged: scheduledRun,
  },
  Started: { ...at, run },
  Verification: { courses: [{ name: 'drill-0f3a9c81-strict', told: 'green', computed: 'green', equal: true, differences: [] }] },
  Triggered: { id: schedule.id, href: schedule.href, workflowId: scheduledId, run },
  WithdrawRequest: { gate: 'start', reason: 'the window moved' },
};
