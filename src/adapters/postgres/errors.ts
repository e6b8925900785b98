import { isNativeError } from 'node:util/types';
import pg from 'pg';
import { type FailureType, failure } from '../../errors.js';

/** By SQLSTATE; what is not here goes by its class. */
const named: Readonly<Record<string, FailureType>> = {
  '28P01': 'WrongPassword',
  '28000': 'Forbidden', // no pg_hba.conf entry, or the role may not log in
  '42501': 'Forbidden',
  '25006': 'Forbidden', // read-only: a standby, or a fence
  '3D000': 'NotFound', // database
  '42704': 'NotFound', // role, type, extension
  '42P01': 'NotFound', // table
  '42P04': 'AlreadyExists', // database
  '42710': 'AlreadyExists',
  '53100': 'NoSpace',
  '40001': 'Conflict',
  '40P01': 'Conflict',
  '2BP01': 'Conflict', // others depend on it
  '55006': 'Conflict', // object in use: a database with connections
  '55P03': 'Conflict',
};

/** Lost connections, shutdowns, too many connections, memory, I/O: a later attempt can succeed. */
const passing = /^(08|53|57|58)/;

/** Their texts quote a value. */
const quotesData = /^22/;

const missingExtension = /extension .* is not available|could not open extension control file|could not access file "\$libdir/;

/** The failure type for what a server answered; Invalid when it did not understand or refused the statement as such. */
export function typeOfSqlState(code: string, message: string): FailureType {
  if (missingExtension.test(message)) return 'MissingExtension';
  return named[code] ?? (passing.test(code) ? 'Unreachable' : 'Invalid');
}

/** Takes a known password out of a text. */
const redact = (text: string, secret: string): string => (secret === '' ? text : text.replaceAll(secret, '***'));

const lost = /Connection terminated|timeout expired|Client has encountered a connection error|Client was closed|Connection ended|not queryable/;

/**
 * The failure for an error of the driver or the network; anything else is a bug of ours and stays what it is.
 * The driver's error is no cause of it: its fields quote rows.
 */
export function toFailure(error: unknown, doing: string, secret: string): unknown {
  if (error instanceof pg.DatabaseError) {
    const { code = '', message } = error;
    const text = quotesData.test(code) ? `SQLSTATE ${code} (the server's text quotes a value and is left out)` : `${message} (${code})`;
    return failure(typeOfSqlState(code, message), `${doing}: ${redact(text, secret)}`, { details: { code } });
  }
  if (!isNativeError(error)) return error;
  const code = 'code' in error && typeof error.code === 'string' && /^E[A-Z]+$/.test(error.code) ? error.code : undefined;
  if (code === undefined && !lost.test(error.message)) return error;
  // Of a host with several addresses the message is empty.
  return failure('Unreachable', `${doing}: ${redact(error.message || (code ?? ''), secret)}`);
}
