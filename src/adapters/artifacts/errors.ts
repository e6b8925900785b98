import { isNativeError } from 'node:util/types';
import { ApplicationFailure } from '@temporalio/common';
import { type FailureType, failure } from '../../errors.js';

/** Names of the file system, of S3 and of the AWS SDK. What is not here is BackupFailed. */
const named: Readonly<Record<string, FailureType>> = {
  ENOENT: 'NotFound',
  NoSuchKey: 'NotFound',
  NoSuchBucket: 'NotFound',
  NotFound: 'NotFound',
  ENOSPC: 'NoSpace',
  EDQUOT: 'NoSpace',
  XMinioStorageFull: 'NoSpace',
  QuotaExceeded: 'NoSpace',
  EACCES: 'Forbidden',
  EPERM: 'Forbidden',
  EROFS: 'Forbidden',
  AccessDenied: 'Forbidden',
  InvalidAccessKeyId: 'Forbidden',
  SignatureDoesNotMatch: 'Forbidden',
  XAdminUserNotFound: 'Forbidden', // of the Versity gateway
  ECONNREFUSED: 'Unreachable',
  ECONNRESET: 'Unreachable',
  EHOSTUNREACH: 'Unreachable',
  ENETUNREACH: 'Unreachable',
  ENOTFOUND: 'Unreachable',
  EAI_AGAIN: 'Unreachable',
  EPIPE: 'Unreachable',
  ETIMEDOUT: 'Unreachable',
  TimeoutError: 'Unreachable',
  InternalError: 'Unreachable',
  ServiceUnavailable: 'Unreachable',
  SlowDown: 'Unreachable',
};

/** What the error calls itself: a code of the system first, then a name of S3. */
export function nameOfError(error: unknown): string {
  if (!isNativeError(error)) return '';
  if ('code' in error && typeof error.code === 'string' && error.code in named) return error.code;
  if (error.name in named) return error.name;
  // The SDK wraps what it does not know, and keeps its words.
  return /\b(E[A-Z_]{4,})\b/.exec(error.message)?.[1] ?? error.name;
}

/** Of the system: `EXDEV`. */
export const hasCode = (error: unknown, code: string): boolean => isNativeError(error) && 'code' in error && error.code === code;

/** The failure for an error of a store; a bug of ours stays what it is. */
export function toFailure(error: unknown, doing: string): unknown {
  if (!isNativeError(error) || error instanceof TypeError || error instanceof ApplicationFailure) return error;
  const name = nameOfError(error);
  return failure(named[name] ?? 'BackupFailed', `${doing}: ${name === error.name || name === '' ? '' : `${name}: `}${error.message || name}`);
}

/** Runs it, and throws failures only. */
export async function asFailures<T>(doing: string, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    throw toFailure(error, doing);
  }
}

/** What comes of a stream, with failures only. */
export async function* streamAsFailures(doing: string, content: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  try {
    yield* content;
  } catch (error) {
    throw toFailure(error, doing);
  }
}
