import { isNativeError } from 'node:util/types';
import {
  ClientClosedError,
  ClientOfflineError,
  ConnectionTimeoutError,
  DisconnectsClientError,
  ErrorReply,
  SocketClosedUnexpectedlyError,
  SocketTimeoutError,
} from 'redis';
import { type FailureType, failure } from '../../errors.js';

/** By the word that an answer begins with. */
const named: Readonly<Record<string, FailureType>> = {
  WRONGPASS: 'WrongPassword',
  NOAUTH: 'WrongPassword',
  NOPERM: 'Forbidden',
  DENIED: 'Forbidden', // protected mode: no password, and we come from elsewhere
  READONLY: 'RedisUnfit', // a replica
  MOVED: 'RedisUnfit', // a cluster
  ASK: 'RedisUnfit',
  CROSSSLOT: 'RedisUnfit',
  CLUSTERDOWN: 'RedisUnfit',
  OOM: 'NoSpace',
  LOADING: 'NotReady',
  BUSY: 'NotReady',
  MISCONF: 'NotReady', // its last snapshot or append-only file failed
  MASTERDOWN: 'NotReady',
  NOREPLICAS: 'NotReady',
};

/** Answers that begin with ERR are told apart by their text only. */
const worded: readonly (readonly [RegExp, FailureType])[] = [
  [/AUTH .*without any password|Client sent AUTH, but no password is set|invalid password/i, 'WrongPassword'],
  // Within a script, and where a command was renamed or taken away.
  [/can't run this command|can't access at least one of the keys|unknown command/i, 'Forbidden'],
  [/DB index is out of range/i, 'Invalid'],
];

/** The failure type for what a server answered; Invalid when it did not understand or refused the command as such. */
export function typeOfReply(message: string): FailureType {
  return named[/^[A-Z]+/.exec(message)?.[0] ?? ''] ?? worded.find(([pattern]) => pattern.test(message))?.[1] ?? 'Invalid';
}

/** Takes passwords out, and what a server quotes of a command: names of keys may be anybody's. */
const redact = (text: string, secrets: readonly string[]): string =>
  secrets
    .filter((secret) => secret !== '')
    .reduce((clean, secret) => clean.replaceAll(secret, '***'), text)
    .replace(/,? with args beginning with.*/s, '')
    .replace(/ ?script: [0-9a-f]{40}.*/s, '');

const lost = [ClientClosedError, ClientOfflineError, ConnectionTimeoutError, DisconnectsClientError, SocketClosedUnexpectedlyError, SocketTimeoutError];

const codeOf = (error: Error): string | undefined => ('code' in error && typeof error.code === 'string' ? error.code : undefined);

/** The failure for an error of the driver or the network; anything else is a bug of ours and stays what it is. */
export function toFailure(error: unknown, doing: string, secrets: readonly string[]): unknown {
  if (error instanceof ErrorReply) return failure(typeOfReply(error.message), `${doing}: ${redact(error.message, secrets)}`);
  if (!isNativeError(error)) return error;
  if (codeOf(error) === undefined && !lost.some((type) => error instanceof type)) return error;
  // Of a host with several addresses the message is empty.
  return failure('Unreachable', `${doing}: ${redact(error.message || (codeOf(error) ?? ''), secrets)}`);
}
