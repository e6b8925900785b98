/** Who asks: a person of each role, a machine with every right, and three that nobody lets in. */
export const who = ['viewer', 'operator', 'approver', 'admin', 'everywhere', 'machine', 'none', 'forged', 'revoked'] as const;
export type Who = (typeof who)[number];

/** Whose run or schedule it is: theirs, another's, one that names both namespaces, theirs but with a node that goes off, one of which nobody knows the namespaces. */
export const scopes = ['own', 'other', 'both', 'node', 'unknown'] as const;
export type Scope = (typeof scopes)[number];

/** `anybody` needs no token. */
export type Need = 'anybody' | 'viewer' | 'operator' | 'approver' | 'admin';

export interface Rule {
  readonly need: Need;
  /** A machine may, if its role does. */
  readonly machine: boolean;
  /** About one run, schedule or spec; else about none, or about all. */
  readonly scoped: boolean;
}

const read: Rule = { need: 'viewer', machine: true, scoped: true };
const steer: Rule = { need: 'operator', machine: false, scoped: true };
const approve: Rule = { need: 'approver', machine: false, scoped: true };

/** Written by hand from docs/api.md, not from the code: who may what. A variant of an operation goes under its own name. */
export const rules: Readonly<Record<string, Rule>> = {
  healthz: { need: 'anybody', machine: true, scoped: false },
  readyz: { need: 'anybody', machine: true, scoped: false },
  // Whoever is let in at all.
  metrics: { need: 'viewer', machine: true, scoped: false },
  listRuns: { need: 'viewer', machine: true, scoped: false },
  previewPlan: { need: 'operator', machine: true, scoped: true },
  startRun: { need: 'operator', machine: true, scoped: true },
  'startRun, approved ahead': approve,
  getRun: read,
  getPlan: read,
  seeRun: read,
  followRun: read,
  getJournal: read,
  getReport: read,
  verifyReport: read,
  putFile: steer,
  decideRun: steer,
  'decideRun, skip': approve,
  pauseRun: steer,
  rollbackRun: steer,
  'rollbackRun, with loss': approve,
  approveRun: approve,
  withdrawRun: approve,
  finalizeRun: approve,
  createSchedule: approve,
  listSchedules: { need: 'viewer', machine: true, scoped: false },
  getSchedule: read,
  approveSchedule: approve,
  pauseSchedule: steer,
  resumeSchedule: steer,
  triggerSchedule: steer,
  deleteSchedule: approve,
  reap: { need: 'admin', machine: false, scoped: false },
};

export type Answer = 'let in' | 401 | 403 | 404;

const ranks: readonly Need[] = ['anybody', 'viewer', 'operator', 'approver', 'admin'];
const rankOf = (asker: Who): number => (asker === 'everywhere' || asker === 'machine' ? ranks.indexOf('admin') : ranks.indexOf(asker as Need));

/** What must come of it. */
export function expected(name: string, asker: Who, scope: Scope): Answer {
  const rule = rules[name]!;
  if (rule.need === 'anybody') return 'let in';
  if (asker === 'none' || asker === 'forged' || asker === 'revoked') return 401;
  if (scope === 'unknown' && aboutOneSchedule(name)) return 404;
  if (rule.scoped && scope !== 'own' && asker !== 'everywhere') return hidden(name);
  return isAllowed(name, rule, asker) ? 'let in' : 403;
}

/** One that this program did not make: it is left alone, whoever asks. */
const aboutOneSchedule = (name: string): boolean => name.endsWith('Schedule') && name !== 'createSchedule';

/** A spec is one's own words: there is nothing to hide. A run that may not be seen is none. */
const hidden = (name: string): Answer => (['previewPlan', 'createSchedule'].includes(name) || name.startsWith('startRun') ? 403 : 404);

function isAllowed(name: string, { need, machine }: Rule, asker: Who): boolean {
  // It takes things away in the whole cluster.
  if (name === 'reap') return asker === 'everywhere';
  return (asker !== 'machine' || machine) && rankOf(asker) >= ranks.indexOf(need);
}
