import type { z } from 'zod';
import type { FoundRun } from '../activities/runs/find-runs.js';
import { hrefOf, idOf } from '../runs/run-id.js';
import type { run, verbs } from './schema/run.js';

type Verb = (typeof verbs)[number];

/** A run as the API shows it. */
export function shownRun({ journal: _journal, startedBy: _startedBy, trend: _trend, ...found }: FoundRun): z.input<typeof run> {
  const id = idOf(found);
  return { ...(found as z.input<typeof run>), id, href: hrefOf(id), verbs: verbsOf(found) };
}

const closedForGood: readonly string[] = ['RolledBack', 'Finalized', 'Refused'];

/** What can be asked now; whether it is granted, the run itself says. */
function verbsOf(found: Omit<FoundRun, 'journal'>): readonly Verb[] {
  if (found.open) return [...answers(found), ...steering(found)];
  if (found.openAfter !== undefined) return answers(found);
  if (closedForGood.includes(found.phase)) return [];
  return found.committed ? ['rollback', 'finalize'] : ['rollback'];
}

function answers({ waitingFor }: Pick<FoundRun, 'waitingFor'>): readonly Verb[] {
  if (waitingFor === 'approval') return ['approve'];
  return waitingFor === 'decision' ? ['decide'] : [];
}

function steering({ phase }: Pick<FoundRun, 'phase'>): readonly Verb[] {
  if (phase === 'RollingBack') return [];
  return phase === 'AwaitingApproval' ? ['withdraw', 'pause', 'rollback'] : ['pause', 'rollback'];
}
