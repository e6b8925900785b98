import { startOf, verifySigned } from '../../../src/activities/runs/verify-signed.js';
import { sign } from '../../../src/adapters/cluster-key/sign.js';
import type { Signable, StartedBy } from '../../../src/model/four-eyes.js';

const key = Buffer.alloc(32, 1);
const workflowId = 'migrate/shop/web';
/** Of Temporal's kind: its first 48 bits are the time. */
const runAt = (time: string) => `${Date.parse(time).toString(16).padStart(12, '0')}`.replace(/^(.{8})(.{4})$/, '$1-$2-7c48-9df6-214b308c4440');
const at = '2026-11-22T20:00:00.000Z';
const run = runAt(at);

const started = (by: string, more: Partial<StartedBy> = {}): StartedBy => ({ by, at, signature: sign(key, startOf(workflowId, { by, at })), ...more });
const asked: Signable = { workflowId, run, verb: 'approve', about: 'start', plan: 'cafe', by: 'bob' };
const verify = (signable: Signable, { signature = sign(key, signable), of = started('ada') as unknown }: { signature?: string; of?: unknown } = {}) =>
  verifySigned({ apiKey: async () => key })({ ...signable, signature, started: of });

test('what the API signed for another person than who started is let through', () => expect(verify(asked)).resolves.toBeUndefined());

test('who started is refused, though the API signed it', () =>
  expect(verify({ ...asked, by: 'ada' })).rejects.toMatchObject({ type: 'NotSigned', message: expect.stringContaining('ada started the run') }));

test.each<readonly [string, Partial<Signable>]>([
  ['run', { run: runAt('2026-11-22T20:00:01.000Z') }],
  ['workflow', { workflowId: 'migrate/shop/other' }],
  ['verb', { verb: 'skip' }],
  ['gate or question', { about: 'commit' }],
  ['plan', { plan: 'beef' }],
  ['person', { by: 'eve' }],
])('a signature for another %s is none', (_what, other) =>
  expect(verify(asked, { signature: sign(key, { ...asked, ...other }) })).rejects.toMatchObject({
    type: 'NotSigned',
    message: expect.stringContaining('signature'),
  }),
);

test.each<readonly [string, unknown]>([
  ['nobody', null],
  ['somebody who wrote it into the memo', started('carol', { signature: 'f'.repeat(64) })],
  ['another’s name over a good signature', { ...started('ada'), by: 'carol' }],
  ['a start of another workflow', { ...started('ada'), signature: sign(key, startOf('migrate/shop/other', { by: 'ada', at })) }],
  ['something else', 'ada'],
])('a run that was started by %s is nobody’s', (_who, of) =>
  expect(verify(asked, { of })).rejects.toMatchObject({ type: 'NotSigned', message: expect.stringContaining('nobody can tell who started') }),
);

test('a start of long ago does not serve again', async () => {
  const late = { ...asked, run: runAt('2026-11-22T20:11:00.000Z') };
  await expect(verify(late)).rejects.toMatchObject({ message: expect.stringContaining('nobody can tell') });
  await expect(verify({ ...asked, run: runAt('2026-11-22T20:09:00.000Z') })).resolves.toBeUndefined();
});
