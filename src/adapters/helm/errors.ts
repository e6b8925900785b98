import type { ApplicationFailure } from '@temporalio/common';
import { type FailureType, failure } from '../../errors.js';
import { redact } from '../kube/errors.js';
import type { Ended } from '../process/run.js';
import type { Values } from './helm.js';

/** Helm ends with 1 whatever happened; what did happen is in its words (3.17 to 4.x). The first that fits. */
const classes: readonly (readonly [RegExp, FailureType])[] = [
  [/another operation \(install\/upgrade\/rollback\) is in progress/i, 'HelmLocked'],
  [/exists and cannot be imported into the current release|invalid ownership metadata/i, 'HelmOwnership'],
  [
    /kubernetes cluster unreachable|connection refused|connection reset|i\/o timeout|TLS handshake timeout|no such host|server is currently unable|etcdserver:|EOF$/i,
    'Unreachable',
  ],
  [/is forbidden: User/i, 'Forbidden'],
  [/because it is being terminated/i, 'NotReady'],
  [/timed out waiting for the condition|context deadline exceeded/i, 'TimedOut'],
];

/** What helm's end means. `doing` says what was tried: `upgrade --install of shop/api`. */
export function helmFailure(doing: string, ended: Ended, values: Values = {}): ApplicationFailure {
  const said = words(ended.stderr, values);
  if (ended.startError !== undefined) return failure('HelmFailed', `${doing}: helm could not be started (${ended.startError})`);
  // Out of memory, or a node that goes down. The release may be pending: the next attempt sees it.
  if (ended.signal !== undefined || ended.exitCode === 137)
    return failure('Unreachable', `${doing}: helm was ended by ${ended.signal ?? 'SIGKILL'}${said && `; it had said: ${said}`}`);
  const type = classes.find(([pattern]) => pattern.test(said))?.[1] ?? 'HelmFailed';
  return failure(type, `${doing}: ${said || `helm ended with ${ended.exitCode} and without a word`}`);
}

const maxWords = 1500;

/** Helm's last words without warnings, and without what the values hold under names of secrets. */
function words(stderr: string, values: Values): string {
  const told = stderr
    .split('\n')
    .filter((line) => !/^(WARNING:|level=WARN|time=\S+ level=(WARN|INFO)|walk\.go)/.test(line))
    .join('\n')
    .trim()
    .replace(/^Error: /, '');
  const hidden = secretsIn(values).reduce((text, secret) => text.replaceAll(secret, '…'), told);
  return redact(hidden, maxWords);
}

const secretName = /pass|secret|token|key|cred|auth|dsn|url|uri/i;
/** Shorter ones hide nothing and would tear words apart. */
const shortestSecret = 4;

function secretsIn(value: unknown, name = ''): readonly string[] {
  if (typeof value === 'string') return secretName.test(name) && value.length >= shortestSecret ? [value] : [];
  if (typeof value !== 'object' || value === null) return [];
  // Items of a list stand under the list's name.
  return Object.entries(value).flatMap(([key, inner]) => secretsIn(inner, Array.isArray(value) ? name : key));
}
