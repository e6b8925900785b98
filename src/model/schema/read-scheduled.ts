import { z } from 'zod';
import { kindNamed } from '../kinds.js';
import { hashSpec } from './hash-spec.js';
import type { SpecKind, SpecKinds } from './kinds.js';
import { invalidSpec, readSpec } from './read-spec.js';
import { type Schedule, schedule } from './schedule.js';

/** A spec that shall be run by a schedule. */
export interface Scheduled {
  readonly kind: SpecKind;
  readonly name: string;
  /** Of the schedule, and how its runs' ids begin. */
  readonly id: string;
  readonly schedule: Schedule;
  /** Of the normalized spec. */
  readonly hash: string;
}

const withSchedule = z.looseObject({ schedule });

/** InvalidSpec with every problem; also for a kind that only people start. */
export function readScheduled(kinds: SpecKinds, given: unknown): Scheduled {
  const kind = kindNamed(given, kinds) as SpecKind;
  const { kind: name } = given as { readonly kind: string };
  if (!kind.canBeScheduled) throw invalidSpec([{ path: ['kind'], message: `a ${name} cannot be scheduled: a person starts it` }]);
  const normalized = readSpec(kind.schema, given);
  const { schedule: when } = readSpec(withSchedule, given);
  const id = kind.workflowId(given);
  if (id === undefined) throw invalidSpec([{ path: ['metadata', 'name'], message: `a scheduled ${name} needs a namespace and a name` }]);
  return { kind, name, id, schedule: when, hash: hashSpec(normalized) };
}
