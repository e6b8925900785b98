import { drillResults } from '../../src/model/drill-results.js';
import { drill, failureOf, remembered } from '../support/drill/drilling.js';
import { orders, unattended } from '../support/drill/orders.js';
import { PlayedDrill, stages } from '../support/drill/played-drill.js';
import type { Around } from '../support/product/migration.js';
import { endWork } from '../support/shared-worker.js';
import { asActivity } from '../support/step-rig.js';
import { startTemporal } from '../support/temporal.js';

const released = Promise.withResolvers<void>();

beforeAll(startTemporal, 60_000);
afterAll(() => {
  released.resolve();
  return endWork();
});

/** The first attempt at this goes on without its worker being heard of again; `then` happens meanwhile. */
function workerLost(activity: string, then: () => Promise<void> = async () => undefined): Around {
  let lost = false;
  return async (name, _act, call) => {
    if (name === 'inspectFailoverDrill') {
      const inspected = (await call()) as { readonly policy: object };
      return { ...inspected, policy: { ...inspected.policy, heartbeatTimeoutSeconds: 2 } };
    }
    if (lost || name !== activity) return call();
    lost = true;
    void asActivity(call).catch(() => undefined);
    await then();
    return released.promise;
  };
}

describe('a drill whose worker is lost', () => {
  test.each(['capturePrepareDrill', 'prepareDrill', 'captureDriveDrill', 'driveDrill', 'captureCleanDrill', 'cleanDrill'])(
    'in %s ends as if it had not been',
    (activity) =>
      drill({ spec: unattended, around: workerLost(activity) }, async (drilling) => {
        expect(await drilling.run.result()).toMatchObject({
          phase: 'Succeeded',
          steps: [{ state: 'done' }, { result: { verdict: 'green' } }, { state: 'done' }],
        });
        expect(drilling.played.acts).toEqual(['fault', 'revert by the driver']);
        expect(drilling.played.leftovers()).toEqual([]);
        expect(await remembered(drilling)).toMatchObject({ record: { phase: 'Succeeded' }, held: [] });
      }),
  );

  test.each(stages)('while its driver is %s has the report that the driver made meanwhile', (stage) => {
    const played = new PlayedDrill(orders);
    const reached = played.holdAt(stage);
    const around = workerLost('driveDrill', async () => {
      await reached;
      played.goOn();
    });
    return drill({ played, spec: unattended, around }, async (drilling) => {
      expect(drillResults(await drilling.run.result())).toMatchObject([{ verdict: 'green' }]);
      expect(played.acts).toEqual(['fault', 'revert by the driver']);
      expect(await remembered(drilling)).toMatchObject({ record: { phase: 'Succeeded' }, held: [] });
    });
  });

  test('together with its driver has the guard’s', () => {
    const played = new PlayedDrill(orders);
    const reached = played.holdAt('faulted');
    const around = workerLost('driveDrill', async () => {
      await reached;
      played.loseDriver();
    });
    return drill({ played, spec: unattended, around }, async (drilling) => {
      expect((await failureOf(drilling.run)).type).toBe('DrillInconclusive');
      expect(played.acts).toEqual(['fault', 'revert by the guard']);
      expect((await remembered(drilling)).held).toEqual([]);
    });
  });
});
