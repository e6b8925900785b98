import { ApplicationFailure } from '@temporalio/common';
import type { FastifyError } from 'fastify';
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod';
import { catalogue, type FailureType } from '../errors.js';
import { hrefOf, idOf } from '../runs/run-id.js';
import { Refusal } from './refusal.js';
import type { OwnType, ProblemBody } from './schema/problem.js';

type Known = FailureType | OwnType;

/** What is not here is a conflict with how things are: 409. */
const statuses: Readonly<Partial<Record<Known, number>>> = {
  InvalidSpec: 422,
  PreflightFailed: 422,
  Invalid: 422,
  KeyReused: 422,
  UnknownCursor: 422,
  BadRequest: 400,
  Unauthorized: 401,
  NotAllowed: 403,
  NotSigned: 403,
  UnknownRun: 404,
  UnknownSchedule: 404,
  UnknownPath: 404,
  WrongMethod: 405,
  TooLarge: 413,
  TooMany: 429,
  Bug: 500,
  NoWorker: 503,
  TemporalAway: 503,
  Unreachable: 503,
  NoAnswer: 504,
  OutcomeUnknown: 504,
};

const ownHints: Readonly<Partial<Record<Known, string>>> = { OutcomeUnknown: 'It may have been done: repeat it with the same Idempotency-Key, or look.' };

const titles: Readonly<Partial<Record<Known, string>>> = { Bug: 'Internal error', BadRequest: 'The request does not fit its schema' };

type Fields = { readonly [field: string]: unknown };
const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null;

/** Any failure as RFC 9457 says it. A bug tells nothing of itself: it is in the log. */
export function problemOf(error: unknown): ProblemBody {
  if (error instanceof ApplicationFailure && error.type && Object.hasOwn(catalogue, error.type)) return fromCatalogue(error.type as FailureType, error);
  if (error instanceof Refusal) return made(error.failure, error.message);
  if (hasZodFastifySchemaValidationErrors(error)) return made('BadRequest', 'The request does not fit its schema.', { problems: schemaProblems(error) });
  const { code, statusCode, message } = error as FastifyError;
  if (statusCode === 413) return made('TooLarge', message);
  if (statusCode === 429) return made('TooMany', message);
  if (code?.startsWith('FST_') && statusCode !== undefined && statusCode < 500) return { ...made('BadRequest', message), status: statusCode };
  return made('Bug', 'Something is wrong in rehelm itself; its log has more under this request.');
}

export function made(failure: Known, detail: string, more: Pick<ProblemBody, 'problems' | 'holder'> = {}): ProblemBody {
  const hint = ownHints[failure] ?? (Object.hasOwn(catalogue, failure) ? catalogue[failure as FailureType].hint : undefined);
  return {
    type: `/problems/${failure}`,
    title: titles[failure] ?? words(failure),
    status: statuses[failure] ?? 409,
    detail,
    failure,
    ...(hint !== undefined && { hint }),
    ...more,
  };
}

/** `WrongMoment` → `Wrong moment` */
const words = (name: string): string => name.replace(/(?<=.)[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);

function fromCatalogue(type: FailureType, { message, details }: ApplicationFailure): ProblemBody {
  const detail: unknown = details?.[0];
  const problems = isFields(detail) && Array.isArray(detail['problems']) ? detail['problems'].flatMap(told) : [];
  const holder = isFields(detail) ? holderOf(detail['holder']) : undefined;
  return made(type, message, { ...(problems.length > 0 && { problems }), ...(holder && { holder }) });
}

/** A problem of a spec has a path in it, which is under `spec` in the request; one of a check names that. */
function told(problem: unknown): NonNullable<ProblemBody['problems']> {
  if (!isFields(problem) || typeof problem['message'] !== 'string') return [];
  const { path, check, message } = problem as { path?: readonly (string | number)[]; check?: string; message: string };
  return [{ message, ...(check !== undefined && { check }), ...(Array.isArray(path) && { pointer: pointerTo(['spec', ...path]) }) }];
}

function holderOf(holder: unknown): ProblemBody['holder'] {
  const workflowId = isFields(holder) ? holder['workflowId'] : holder;
  if (typeof workflowId !== 'string') return undefined;
  const id = idOf({ workflowId, run: workflowId });
  return { id, href: hrefOf(id) };
}

const schemaProblems = ({ validation }: { readonly validation: readonly { readonly instancePath: string; readonly message?: string }[] }) =>
  validation.map(({ instancePath, message = 'is not right' }) => ({ pointer: instancePath, message }));

const pointerTo = (path: readonly (string | number)[]): string => path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
