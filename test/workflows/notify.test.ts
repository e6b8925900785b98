import type { SendWebhook } from '../../src/adapters/webhook/webhook.js';
import { failure } from '../../src/errors.js';
import type { Notice } from '../../src/model/notice.js';
import { ada, answer, attended, type Body, during as duringRun, gated, type Rig, reaches, resultOf, soon } from '../support/engine.js';
import { endWork } from '../support/shared-worker.js';
import { changed, shop } from '../support/shop.js';
import { startTemporal } from '../support/temporal.js';

beforeAll(startTemporal, 60_000);
afterAll(endWork);

const target = { http: 'https://hooks.example.com/rehelm', secretRef: { namespace: 'ops', name: 'hook', key: 'key' } };
const hash = 'cafe12345678';
const hook = { apiVersion: 'v1', kind: 'Secret', metadata: { namespace: 'ops', name: 'hook' }, data: { key: Buffer.from('s3cret').toString('base64') } };

/** A shop whose operators have a receiver, and what that was told. */
function receiving(take: (notice: Notice) => void = () => {}) {
  const fake = shop();
  fake.seed(hook);
  const told: { id: string; secret: string; notice: Notice }[] = [];
  const webhook: SendWebhook = async ({ id, secret, body }) => {
    take(body as Notice);
    told.push({ id, secret, notice: body as Notice });
  };
  const during = async (rig: Partial<Rig>, body: Body) => {
    await duringRun({ maxCachedWorkflows: 10, fake, webhook, ...rig }, body);
  };
  const ofType = (type: Notice['type']) => soon(async () => told.find(({ notice }) => notice.type === type));
  return { fake, told, during, ofType };
}

describe('those whom the spec names are told', () => {
  test('that a run waits for approval, with the plan by which it is given, and that it went back', async () => {
    const { during, ofType } = receiving();
    await during({ policy: { ...gated, notify: [target] } }, async (run) => {
      await reaches(run, 'AwaitingApproval');
      const waiting = await ofType('awaitingApproval');
      expect(waiting).toMatchObject({ secret: 's3cret', notice: { kind: 'Test', plan: hash, text: 'start waits for approval' } });
      await run.executeUpdate('rollback', { args: [{ ...ada }] });
      expect((await resultOf(run)).phase).toBe('RolledBack');
      expect((await ofType('rolledBack')).notice.text).toBe('ada: looked at it');
    });
  });

  test('that a run is parked, with the number of its question, and that an undo failed', async () => {
    const { fake, during, ofType } = receiving();
    const failAfter = new Set(['scaleDown stop/api', 'undoScaleDown stop/api']);
    await during({ policy: { ...attended, notify: [target] }, failAfter }, async (run) => {
      expect((await ofType('parked')).notice).toMatchObject({ question: 1, phase: 'Parked' });
      await answer(run, '', 'rollback');
      expect((await ofType('undoFailed')).notice.text).toContain('Undo of');
      await answer(run, 'Undo of', 'retry');
      await resultOf(run);
    });
    expect(fake.changes).toContain(changed.api);
  });

  test('without the run waiting for a receiver that does not answer', async () => {
    const { during, told } = receiving(() => {
      throw failure('Unreachable', 'hooks.example.com does not take the notice');
    });
    await during({ policy: { ...attended, notify: [target] }, failAfter: new Set(['scaleDown stop/api']) }, async (run) => {
      await answer(run, '', 'rollback');
      expect((await resultOf(run)).phase).toBe('RolledBack');
    });
    expect(told).toEqual([]);
  });
});
