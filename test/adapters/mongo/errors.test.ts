import { describe, expect, it } from '@jest/globals';
import { MongoNetworkError, MongoServerError } from 'mongodb';
import { redact, toFailure, typeOfCode } from '../../../src/adapters/mongo/errors.js';

const server = (code: number, errmsg: string, more = {}) => new MongoServerError({ code, errmsg, ...more });

describe('errors of the driver', () => {
  it.each([
    [18, 'WrongPassword'],
    [14031, 'NoSpace'],
    [13, 'Forbidden'],
    [10107, 'Unreachable'],
    [11600, 'Unreachable'],
    [26, 'NotFound'],
    [48, 'AlreadyExists'],
    [361, 'Superseded'],
    [59, 'Invalid'],
    [40415, 'Invalid'],
  ] as const)('of code %d are %s', (code, type) => {
    expect(typeOfCode(code)).toBe(type);
    expect(toFailure(server(code, 'why'), 'doing', [])).toMatchObject({ type, message: expect.stringContaining('doing: why') });
  });

  it('of a lost connection are worth another attempt', () => {
    expect(toFailure(new MongoNetworkError('connection closed'), 'find on x', [])).toMatchObject({ type: 'Unreachable', nonRetryable: false });
  });

  it('do not quote a document, and keep no answer as their cause', () => {
    const failed = toFailure(server(11000, 'E11000 dup key: { mail: "canary" }', { keyValue: { mail: 'canary' } }), 'createIndexes on x', []);
    expect(JSON.stringify(failed) + String((failed as Error).message)).not.toContain('canary');
    expect((failed as Error).cause).toBeUndefined();
  });

  it('lose passwords, plain and encoded, and what stands before the @ of an address', () => {
    expect(redact('p@ss and p%40ss at mongodb://me:secret@host/', ['p@ss', ''])).toBe('*** and *** at mongodb://***@host/');
  });

  it('that are none are bugs and stay what they are', () => {
    const bug = new TypeError('x');
    expect(toFailure(bug, 'doing', [])).toBe(bug);
  });
});
