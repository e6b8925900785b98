import { defineQuery, defineUpdate } from '@temporalio/workflow';
import { failure } from '../../errors.js';
import { durationPattern, durationSeconds, longestDuration } from '../../model/duration.js';
import type { ShownPlan } from '../../model/plan.js';
import { type Choice, choices, type Report, type Via, vias } from '../../model/report.js';
import type { RunEvents } from '../../model/run-event.js';

/** Who speaks, by which way, and why. */
interface Said {
  readonly by: string;
  readonly reason: string;
  readonly via: Via;
  /** The API's, where four eyes are asked for. */
  readonly signature: string | undefined;
}

export interface Approval extends Said {
  readonly gate: string;
  /** The hash of the plan that was shown. */
  readonly plan: string;
}

export interface Withdrawal extends Said {
  readonly gate: string;
}

export interface Decision extends Said {
  /** The number of the question that is answered. */
  readonly question: number;
  readonly choice: Choice;
  /** With `wait`: how much longer, such as `30m`. */
  readonly forSeconds?: number;
  /** With `retry`: fields of the step's input to change. */
  readonly change?: { readonly [field: string]: unknown };
}

export interface GoBackRequest extends Said {
  readonly acceptDataLoss: boolean;
}

/** What an update answers who sent a mark with it: the mark, so that a second sender under the same update id learns whose the first was. */
export interface Taken {
  readonly once: string;
}

export const approve = defineUpdate<Taken | undefined, [unknown]>('approve');
export const withdraw = defineUpdate<Taken | undefined, [unknown]>('withdraw');
export const decide = defineUpdate<Taken | undefined, [unknown]>('decide');
/** Like a cancel, but it can be repeated: Temporal accepts one cancel in a workflow's life. */
export const pause = defineUpdate<Taken | undefined, [unknown]>('pause');
export const rollback = defineUpdate<Taken | undefined, [unknown]>('rollback');
export const report = defineQuery<Report>('report');
export const plan = defineQuery<ShownPlan | undefined>('plan');
/** `{"after":12}`: what came after position 12. */
export const events = defineQuery<RunEvents, [unknown]>('events');

export const refuse = (message: string) => failure('WrongMoment', message);

type Fields = { readonly [field: string]: unknown };

const isFields = (payload: unknown): payload is Fields => typeof payload === 'object' && payload !== null && !Array.isArray(payload);

/** People type these by hand: anything may come, and a TypeError here would wedge the run for ever. */
function fieldsOf(payload: unknown): Fields {
  if (!isFields(payload)) throw refuse('send one JSON object, as in the description of this update');
  return payload;
}

function textOf(fields: Fields, name: string, why: string): string {
  const value = fields[name];
  if (typeof value !== 'string' || value.trim() === '') throw refuse(`${name} is required: ${why}`);
  return value.trim();
}

function saidBy(fields: Fields): Said {
  const via = vias.find((each) => each === fields['via']) ?? 'temporal';
  const signature = typeof fields['signature'] === 'string' ? fields['signature'] : undefined;
  return { signature, by: textOf(fields, 'by', 'who are you?'), reason: textOf(fields, 'reason', 'it is kept in the report'), via };
}

export function takenOf(payload: unknown): Taken | undefined {
  const once = isFields(payload) ? payload['once'] : undefined;
  return typeof once === 'string' ? { once } : undefined;
}

export function readApproval(payload: unknown): Approval {
  const fields = fieldsOf(payload);
  const reason = fields['reason'] === undefined ? { ...fields, reason: 'approved' } : fields;
  return {
    ...saidBy(reason),
    gate: textOf(fields, 'gate', 'start, cutover, helm or commit'),
    plan: textOf(fields, 'plan', 'the hash of the plan you looked at'),
  };
}

export function readWithdrawal(payload: unknown): Withdrawal {
  const fields = fieldsOf(payload);
  return { ...saidBy(fields), gate: textOf(fields, 'gate', 'whose approval is withdrawn?') };
}

export function readPause(payload: unknown): Said {
  return saidBy(fieldsOf(payload));
}

export function readGoBack(payload: unknown): GoBackRequest {
  const fields = fieldsOf(payload);
  return { ...saidBy(fields), acceptDataLoss: fields['acceptDataLoss'] === true };
}

function secondsOf(duration: unknown): number {
  const text = typeof duration === 'string' ? duration.trim() : '';
  if (!durationPattern.test(text)) throw refuse('for: how much longer? Such as 30m or 2h');
  const seconds = durationSeconds(text);
  if (seconds > longestDuration) throw refuse('for: longer than a year');
  return seconds;
}

/** A query answers whatever it is asked. */
export function readAfter(payload: unknown): number {
  const after = isFields(payload) ? payload['after'] : undefined;
  return typeof after === 'number' && after > 0 ? Math.floor(after) : 0;
}

export function readDecision(payload: unknown): Decision {
  const fields = fieldsOf(payload);
  const { question, change } = fields;
  if (typeof question !== 'number') throw refuse('question is required: its number, as the details show it');
  const choice = choices.find((each) => each === fields['choice']);
  if (!choice) throw refuse(`choice is one of ${choices.join(', ')}`);
  if (change !== undefined && (!isFields(change) || choice !== 'retry')) throw refuse('change goes with retry, and is an object of fields');
  return { ...saidBy(fields), question, choice, ...(choice === 'wait' && { forSeconds: secondsOf(fields['for']) }), ...(isFields(change) && { change }) };
}
