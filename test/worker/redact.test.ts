import { ApplicationFailure, CancelledFailure } from '@temporalio/common';
import { failure } from '../../src/errors.js';
import { redactError, redactText, redactValue } from '../../src/worker/redact.js';

describe('foreign words', () => {
  test.each([
    ['connect to mongodb://root:hunter2@db.mongodb.svc:27017/?tls=true failed', 'connect to mongodb://root:…@db.mongodb.svc:27017/?tls=true failed'],
    ['postgres://app:p@ss:w/rd@db/shop refused', 'postgres://app:…@db/shop refused'],
    ['redis://:hunter2@redis:6379', 'redis://:…@redis:6379'],
    ['--set redis.password=hunter2,image=x', '--set redis.password=…,image=x'],
    ['PGPASSWORD="two words" psql', 'PGPASSWORD=… psql'],
    ['{"password":"hun\\"ter2","user":"root"}', '{"password":…,"user":"root"}'],
    ['password: hunter2', 'password: …'],
    ['"auth": "bGFiOmh1bnRlcjI="', '"auth": "…"'],
    ['Authorization: Bearer abcdefgh.ijk', 'Authorization: Bearer …'],
    ['authorization: Basic bGFiOmh1bnRlcjI=', 'authorization: Basic …'],
    ['token eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJrdWJlIn0.c2ln is expired', 'token … is expired'],
    ['-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY----- end', '… end'],
    ['AGE-SECRET-KEY-1QQQQ', '…'],
    ['aws_secret_access_key=abc/def AKIAABCDEFGHIJKLMNOP', 'aws_secret_access_key=… …'],
  ])('%s is told as %s', (text, told) => expect(redactText(text)).toBe(told));

  test.each([
    'Secret shop/redis-password is not there',
    'http://registry.example.com:5000/v2/ answered 401',
    'Deployment shop/api: 2 of 3 pods are ready, 1 waits: ImagePullBackOff',
    'basic authentication failed',
    'oci://registry.example.com/helm/shop: no such chart',
  ])('%s stays as it is', (text) => expect(redactText(text)).toBe(text));
});

describe('results', () => {
  test('a field that holds a secret is blanked, wherever it is, and its path is told', () => {
    const { value, paths } = redactValue({ users: [{ name: 'app', password: 'hunter2' }], uri: 'mongodb://a:b@c' });
    expect(value).toEqual({ users: [{ name: 'app', password: '…' }], uri: 'mongodb://a:…@c' });
    expect(paths).toEqual(['users[0].password', 'uri']);
  });

  test.each([
    { secretRef: { namespace: 'shop', name: 'redis-password', key: 'password' } },
    { renamed: { 'redis-password': 'redis-password' }, passwordKey: 'password' },
    { notes: ['redis-persistent.password: same', 'token: only in the chart'] },
    { password: { fromUri: { secretRef: { name: 'a', key: 'uri' } } } },
  ])('names and references are no secrets: %j', (result) => expect(redactValue(result)).toEqual({ value: result, paths: [] }));

  test('what needs no change is the same object', () => {
    const result = { steps: [{ rows: 3 }] };
    expect(redactValue(result).value).toBe(result);
  });
});

describe('errors', () => {
  test('keep what decides about retries, and lose secrets in message, details, causes and stack', () => {
    const cause = new Error('login of mongodb://root:hunter2@db failed', { cause: new TypeError('password=hunter2') });
    const clean = redactError(failure('VerifyMismatch', 'password=hunter2 differs', { cause, details: { uri: 'redis://:hunter2@r' } }));
    expect(clean).toMatchObject({ type: 'VerifyMismatch', nonRetryable: true, message: 'password=… differs', details: [{ uri: 'redis://:…@r' }] });
    expect(clean).toMatchObject({ cause: { message: 'login of mongodb://root:…@db failed', cause: { type: 'TypeError', message: 'password=…' } } });
    const inspected = JSON.stringify([clean, stackOf(clean)]);
    expect(inspected).not.toContain('hunter2');
  });

  test('a driver error can be retried, under its own name', () => {
    expect(redactError(new RangeError('x'))).toMatchObject({ type: 'RangeError', nonRetryable: false });
  });

  test('a ring of causes ends', () => {
    const error = new Error('a');
    error.cause = error;
    expect(redactError(error)).toBeInstanceOf(ApplicationFailure);
  });

  test('a cancel passes as it is', () => {
    const cancel = new CancelledFailure('CANCELLED');
    expect(redactError(cancel)).toBe(cancel);
  });
});

const stackOf = (error: unknown) => (error instanceof Error ? error.stack : undefined);
