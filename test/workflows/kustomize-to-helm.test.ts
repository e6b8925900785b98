import { createProduct } from '../support/product/product.js';
import { migrate, planOf, resultOf, startTemporal, stepsOf, stopTemporal } from '../support/product/migration.js';

const plan = await planOf();
const steps = stepsOf(plan);

beforeAll(startTemporal, 120_000);
afterAll(stopTemporal);

test('runs whole', async () => {
  console.log(steps);
  const product = createProduct();
  await migrate({ product }, async ({ run }) => {
    const t = Date.now();
    const done = await resultOf(run).catch((e) => { console.log(e, e.cause, JSON.stringify(e.cause?.details)); throw e; });
    console.log(Date.now() - t, JSON.stringify(done, null, 1), product.fake.changes);
    console.log(JSON.stringify(product.world(), null, 1));
  });
}, 120_000);
