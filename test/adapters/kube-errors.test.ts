import { redact, refused, unanswered } from '../../src/adapters/kube/errors.js';
import { labelValue } from '../../src/adapters/kube/label-value.js';

const failing = (type: string) => expect.objectContaining({ type });
const call = { text: 'patch Deployment shop/api' };

test.each([
  [400, {}, 'Invalid'],
  [401, {}, 'Forbidden'],
  [403, {}, 'Forbidden'],
  [403, { message: 'pods is forbidden: unable to create new content in namespace shop because it is being terminated' }, 'NotReady'],
  [403, { details: { causes: [{ reason: 'NamespaceTerminating' }] } }, 'NotReady'],
  [404, {}, 'NotFound'],
  [409, { reason: 'AlreadyExists' }, 'AlreadyExists'],
  [409, { reason: 'Conflict' }, 'Conflict'],
  [409, {}, 'Conflict'],
  [422, {}, 'Invalid'],
  [422, { details: { causes: [{ field: 'metadata.uid' }] } }, 'Conflict'],
  [307, {}, 'Invalid'],
  [408, {}, 'Unreachable'],
  [429, {}, 'Unreachable'],
  [500, {}, 'Unreachable'],
  [502, {}, 'Unreachable'],
  [503, {}, 'Unreachable'],
  [504, {}, 'Unreachable'],
])('status %i %j is %s', (status, body, type) => {
  expect(refused(call, status, body)).toEqual(failing(type));
});

test('a failure says what was tried, what came back and why', () => {
  expect(refused(call, 409, { reason: 'Conflict', message: 'the object has been modified' }).message).toBe(
    'patch Deployment shop/api: 409 Conflict: the object has been modified',
  );
});

test('of a refused Secret only the names of fields are told', () => {
  const body = {
    reason: 'Invalid',
    message: 'Secret "x" is invalid: data[a]: Invalid value: "canary"',
    details: { causes: [{ field: 'data[a]', message: 'Invalid value: "canary"' }] },
  };
  expect(refused({ text: 'create Secret shop/x', secret: true }, 422, body).message).toBe('create Secret shop/x: 422 Invalid (data[a])');
  expect(refused({ text: 'create Secret shop/x', secret: true }, 400, { message: 'cannot read "canary"' }).message).toBe('create Secret shop/x: 400');
});

test.each([
  ['spec.template: Invalid value: core.PodTemplateSpec{Env: "canary: x", Y: "canary"}: field is immutable', 'spec.template: Invalid value: field is immutable'],
  ['a: Invalid value: "canary \\"quoted\\": canary": must be short', 'a: Invalid value: must be short'],
  ['a: Unsupported value: "canary": supported values: "b"', 'a: Unsupported value: supported values: "b"'],
  ['got Authorization: Bearer canary.x-y_z', 'got Authorization: Bearer …'],
  ['token eyJcanary.eyJcanary.sig was refused', 'token … was refused'],
  ['dial postgres://user:canary@host/db', 'dial postgres://user:…@host/db'],
])('what the server quotes is left out: %s', (message, told) => {
  expect(redact(message)).toBe(told);
});

test('of what breaks on the way the code and the words are told', () => {
  expect(unanswered(call, Object.assign(new Error('connect ECONNREFUSED 10.0.0.1:6443'), { code: 'ECONNREFUSED' })).message).toBe(
    'patch Deployment shop/api: ECONNREFUSED: connect ECONNREFUSED 10.0.0.1:6443',
  );
  expect(unanswered(call, AbortSignal.timeout(0).reason ?? new DOMException('', 'TimeoutError')).message).toBe('patch Deployment shop/api: no answer in time');
});

test.each(['scale-down', 'A.b_c-9', 'x'.repeat(63)])('a legal label value stays: %s', (value) => {
  expect(labelValue(value)).toBe(value);
});

test.each(['scale down: shop/api', 'ends with a dash-', '_starts', '…', '', 'x'.repeat(64), `${'x'.repeat(52)}---------------`])(
  'any text becomes a legal label value: %j',
  (text) => {
    expect(labelValue(text)).toMatch(/^[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/);
  },
);

test('two texts that look alike stay apart', () => {
  expect(labelValue('shop/api')).not.toBe(labelValue('shop:api'));
  expect(labelValue(`${'x'.repeat(70)}a`)).not.toBe(labelValue(`${'x'.repeat(70)}b`));
});
