import { type ApplicationFailure, ApplicationFailure as Failure } from '@temporalio/common';
import { catalogue, type FailureType, failure } from '../../errors.js';
import { nameOf } from '../run-id.js';
import type { components } from './api-types.js';

type Problem = components['schemas']['Problem'];

const isProblem = (body: unknown): body is Problem => typeof body === 'object' && body !== null && 'failure' in body && 'detail' in body;

/** The failure that a problem was made of; what the API itself refused keeps its name and its words. */
export function failureOfProblem(body: unknown, status: number): ApplicationFailure {
  if (!isProblem(body)) return failure('NoAnswer', `HTTP ${status}, not from rehelm: is something else in between?`);
  const { failure: type, detail, problems = [], holder } = body;
  const details = {
    ...(problems.length > 0 && {
      problems: problems.map(({ pointer, check, message }) => ({ message, ...(check !== undefined && { check }), ...pathOf(pointer) })),
    }),
    ...(holder && { holder: { workflowId: nameOf(holder.id) } }),
  };
  if (Object.hasOwn(catalogue, type)) return failure(type as FailureType, detail, { details });
  const told = problems.map(({ pointer = '', message }) => `${pointer} ${message}`.trim());
  return Failure.create({ type, message: [detail, ...told].join('\n'), nonRetryable: true, details: [details] });
}

/** Into the spec, where the pointer leads there. */
function pathOf(pointer: string | undefined): { readonly path?: readonly (string | number)[] } {
  if (pointer === undefined || !/^\/spec(\/|$)/.test(pointer)) return {};
  const parts = pointer.split('/').slice(2);
  return { path: parts.map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~')) };
}
