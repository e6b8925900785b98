import { MongoError, MongoNetworkError, MongoServerError, MongoServerSelectionError } from 'mongodb';
import { type FailureType, failure } from '../../errors.js';

/** Codes that say that we may not: Unauthorized, and UserWritesBlocked, which a bypass is missing for. */
const forbidden = new Set([13, 371, 8000]);

/** Elections, shutdowns, lost sockets, write concern not reached in time: a later attempt can succeed. */
const passing = new Set([6, 7, 63, 64, 89, 91, 100, 112, 133, 189, 262, 9001, 10058, 10107, 11600, 11602, 13388, 13435, 13436]);

const named: Readonly<Record<number, FailureType>> = {
  11: 'NotFound', // UserNotFound
  18: 'WrongPassword', // AuthenticationFailed; for a user that is not there, too
  31: 'NotFound', // RoleNotFound
  26: 'NotFound', // NamespaceNotFound
  48: 'AlreadyExists', // NamespaceExists
  51003: 'AlreadyExists', // user exists
  85: 'AlreadyExists', // IndexOptionsConflict
  86: 'AlreadyExists', // IndexKeySpecsConflict
  14031: 'NoSpace', // OutOfDiskSpace
  361: 'Superseded', // CollectionUUIDMismatch: what we write to was dropped or replaced
};

/** Their texts quote the document. */
const quotesDocument = new Set([11000, 11001, 12582, 121]);

/** A full disk has no code where a server passes on what its storage said, as a stand-in does. */
const fullDisk = /disk is full|No space left on device/i;

/** The failure type for what a server answered; Invalid when it did not understand or refused the command as such. */
export function typeOfCode(code: number): FailureType {
  if (forbidden.has(code)) return 'Forbidden';
  if (passing.has(code)) return 'Unreachable';
  return named[code] ?? 'Invalid';
}

/** Takes passwords out of a text: the known ones, and whatever stands between `//` and `@` of a URI. */
export function redact(text: string, secrets: readonly string[]): string {
  const known = secrets.filter((secret) => secret !== '').flatMap((secret) => [secret, encodeURIComponent(secret)]);
  return known.reduce((clean, secret) => clean.replaceAll(secret, '***'), text).replace(/\/\/[^/@\s]*@/g, '//***@');
}

const codeOf = (error: MongoError): number => (typeof error.code === 'number' ? error.code : 0);

/** The driver finds no server to choose, because the one that answers is too old for it, or too new. */
const otherVersion = /reports (minimum|maximum) wire version/;

interface Described {
  readonly type: FailureType;
  readonly text: string;
}

function describeAnswer(error: MongoServerError): Described {
  const code = codeOf(error);
  if (fullDisk.test(error.message)) return { type: 'NoSpace', text: `the server's volume is full (code ${code})` };
  const name = typeof error.codeName === 'string' ? error.codeName : `code ${code}`;
  return {
    type: typeOfCode(code),
    text: quotesDocument.has(code) ? `${name} (the server's text quotes a document and is left out)` : `${error.message} (${name})`,
  };
}

function describe(error: MongoError): Described {
  if (error instanceof MongoServerError) return describeAnswer(error);
  if (otherVersion.test(error.message)) return { type: 'ToolTooOld', text: error.message };
  const unreachable = error instanceof MongoNetworkError || error instanceof MongoServerSelectionError;
  // A topology that closes or a pool that was cleared under us is a lost connection, too.
  const lost =
    /NotConnected|TopologyClosed|PoolCleared|PoolClosed|ServerClosed|ClientClosed|ConnectionPool|WaitQueueTimeout|StalePrimary|NetworkTimeout|OperationTimeout/.test(
      error.name,
    );
  return { type: unreachable || lost ? 'Unreachable' : 'Invalid', text: error.message };
}

/**
 * The failure for an error of the driver; anything else is a bug of ours and stays what it is.
 * The driver's error is no cause of it: it carries the whole answer, documents included.
 */
export function toFailure(error: unknown, doing: string, secrets: readonly string[]): unknown {
  if (!(error instanceof MongoError)) return error;
  const { type, text } = describe(error);
  return failure(type, `${doing}: ${redact(text, secrets)}`, { details: { code: codeOf(error) } });
}
