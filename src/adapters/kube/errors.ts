import type { ApplicationFailure } from '@temporalio/common';
import { type FailureType, failure } from '../../errors.js';

/** What an API server says when it refuses: its `Status` object, as far as rehelm reads it. */
export interface StatusBody {
  readonly reason?: string | undefined;
  readonly message?: string | undefined;
  readonly details?:
    | { readonly causes?: readonly { readonly reason?: string; readonly field?: string; readonly message?: string }[]; readonly kind?: string }
    | undefined;
}

/** A call as people read it: `patch Deployment shop/api`. `secret`: what the server quotes may be a secret. */
export interface Call {
  readonly text: string;
  readonly secret?: boolean;
}

const byStatus: Readonly<Record<number, FailureType>> = {
  400: 'Invalid',
  401: 'Forbidden',
  403: 'Forbidden',
  404: 'NotFound',
  405: 'Invalid',
  406: 'Invalid',
  409: 'Conflict',
  410: 'Conflict',
  413: 'Invalid',
  415: 'Invalid',
  422: 'Invalid',
};

/** The failure for an HTTP status that is no success. Statuses that pass (408, 429, 5xx) are Unreachable: worth another try. */
export function refused(call: Call, status: number, body: StatusBody): ApplicationFailure {
  return failure(typeOf(status, body), `${call.text}: ${words(call, status, body)}`);
}

function typeOf(status: number, { reason, details, message }: StatusBody): FailureType {
  if (status === 409 && reason === 'AlreadyExists') return 'AlreadyExists';
  // A patch that names another uid is refused as a change of an immutable field (seen on 1.34).
  if (status === 422 && details?.causes?.some((cause) => cause.field === 'metadata.uid')) return 'Conflict';
  // A namespace that is going away answers 403; it is there again or gone in a while, so this is a matter of waiting.
  if (status === 403 && (details?.causes?.some((cause) => cause.reason === 'NamespaceTerminating') || message?.includes('because it is being terminated')))
    return 'NotReady';
  return byStatus[status] ?? (status >= 300 && status < 400 ? 'Invalid' : 'Unreachable');
}

function words(call: Call, status: number, { reason, message, details }: StatusBody): string {
  const head = `${status}${reason ? ` ${reason}` : ''}`;
  if (call.secret) {
    const fields = (details?.causes ?? []).flatMap(({ field }) => field ?? []);
    return fields.length > 0 ? `${head} (${fields.join(', ')})` : head;
  }
  return message ? `${head}: ${redact(message)}` : head;
}

const maxWords = 600;

/** The server's words without the values it quotes: a refused Pod template comes back whole, passwords in its environment included. */
export function redact(message: string, longest = maxWords): string {
  return message
    .replace(/Invalid value: "(?:[^"\\]|\\.)*"/g, 'Invalid value')
    .replace(/(Invalid value: )[^"].*(: )/gs, 'Invalid value$2')
    .replace(/Unsupported value: "(?:[^"\\]|\\.)*"/g, 'Unsupported value')
    .replace(/\b(Bearer|Basic)\s+[\w.~+/=-]+/gi, '$1 …')
    .replace(/\beyJ[\w-]+\.[\w-]+\.[\w-]*/g, '…')
    .replace(/(\w+:\/\/[^\s:@/]+):[^\s@/]+@/g, '$1:…@')
    .slice(0, longest);
}

/** The failure for a call that got no answer: refused connections, broken ones, bad certificates, our own time limit. */
export function unanswered(call: Call, error: unknown): ApplicationFailure {
  return failure('Unreachable', `${call.text}: ${networkWords(error)}`);
}

/** By shape, not by class: Node's own errors may come from another realm, and a time limit is a DOMException. */
function networkWords(error: unknown): string {
  if (typeof error !== 'object' || error === null) return 'no answer';
  const text = (field: 'name' | 'code' | 'message'): string => (field in error ? String((error as Record<string, unknown>)[field]) : '');
  if (['TimeoutError', 'AbortError'].includes(text('name'))) return 'no answer in time';
  return redact([text('code'), text('message')].filter((word) => word !== '').join(': ')) || 'no answer';
}

/** Does the refusal only say that a container has written no log so far, or has no former instance? */
export const saysNoLogYet = (status: number, message = ''): boolean =>
  status === 400 && /is waiting to start|ContainerCreating|PodInitializing|previous terminated container/.test(message);
