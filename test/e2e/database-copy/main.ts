import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { parse } from 'yaml';
import { placeOn } from '../story/place.js';
import { type Stack, startStack } from '../story/stack.js';
import { approve, begin, commit, expectEqual, untilWorker } from '../story/steer.js';
import { rehelm, soon, teller } from '../story/tools.js';
import { type Eyes, openEyes } from '../story/watch.js';
import { aheadOfTime } from './ahead.js';
import { databasesAt18, replicas } from './scene.js';
import { contents, deployShop, exampleSpec, query, untilPlaced } from './shop.js';

const workflowId = 'copy/shop/postgres-18/orders-to-18';

interface Options {
  readonly lab: string;
  readonly orders: string;
  readonly out: string;
}

/** The example's spec, so slow that a worker can be killed in the middle. */
function slowed(folder: string): string {
  const file = join(folder, 'spec.json');
  const spec = parse(readFileSync(exampleSpec, 'utf8'));
  writeFileSync(file, JSON.stringify({ ...spec, copy: { ...spec.copy, unitSize: '8Mi', bytesPerSecond: '4Mi' } }));
  return file;
}

/** The worker is killed in the middle of the copy; another goes on. */
async function killWithin({ startWorker, killWorker }: Stack, eyes: Eyes): Promise<void> {
  await soon('bytes of the copy', 120, async () => ((await eyes.copies(workflowId)).some(({ bytes }) => bytes > 0) ? true : undefined), 50);
  await killWorker();
  await startWorker();
}

/** From 15 to 18 with the worker killed, back, again, and finalized. */
async function story(stack: Stack, specFile: string, eyes: Eyes, tell: (line: string) => void) {
  const { place } = stack;
  await begin(place, specFile);
  await killWithin(stack, eyes);
  tell('killed the worker in the middle of the copy');
  const first = await commit(place, eyes, workflowId);
  const copied = first.steps.find(({ id }) => id === 'copy/orders');
  expectEqual('contents at the target', await contents(place, 'postgres-18', ['orders', 'warehouse']), await contents(place, 'postgres', ['orders', 'stock']));
  expectEqual('bytes copied twice', (copied?.result as { readonly bytesCopiedTwice?: number } | undefined)?.bytesCopiedTwice, 0);
  expectEqual('schemas of ours', await query(place, 'postgres-18', 'orders', "SELECT count(*) FROM pg_namespace WHERE nspname = 'rehelm'"), '0');
  expectEqual('writers', await replicas(place), '0');
  tell('both databases are equal at the target; the writers sleep');

  await rehelm(place, ['rollback', workflowId, '--reason', 'a look back', '--accept-data-loss', '--wait', '5m']);
  expectEqual('databases at the target after the rollback', await databasesAt18(place), 'postgres rehelm');
  expectEqual('writers', await replicas(place), '1');
  await untilPlaced(place, 3);
  tell('taken back: nothing is left at the target, and the shop writes again');

  await begin(place, specFile);
  await commit(place, eyes, workflowId);
  expectEqual('contents at the target', await contents(place, 'postgres-18', ['orders', 'warehouse']), await contents(place, 'postgres', ['orders', 'stock']));
  const { stdout: id } = await rehelm(place, ['finalize', workflowId, '--early', '--detach', '--reason', 'it runs well']);
  await approve(place, eyes, id.trim(), 'start');
  await eyes.reaches(['Finalized'], 120, id.trim());
  tell('copied again and finalized');
  return { heldOutSeconds: first.heldOut?.seconds, copy: { estimate: copied?.estimate, result: copied?.result } };
}

async function main({ lab, orders, out }: Options): Promise<void> {
  const tell = teller();
  const folder = join(process.cwd(), out);
  // Temporal's file of an earlier play would know its run.
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const stack = await startStack((await placeOn(lab)).place, folder);
  const { place } = stack;
  const eyes = await openEyes(stack.address);
  try {
    await deployShop(place, Number(orders));
    tell(`a shop with ${orders} orders writes`);
    await stack.startWorker();
    await untilWorker(place);
    const ahead = await aheadOfTime(stack, eyes, tell);
    const figures = { ...(await story(stack, slowed(folder), eyes, tell)), ahead };
    writeFileSync(join(folder, 'report.json'), `${JSON.stringify(figures, null, 2)}\n`);
    process.stdout.write(`${JSON.stringify(figures, null, 2)}\n`);
  } finally {
    await eyes.close();
    await stack.stop();
  }
}

await new Command('database-copy')
  .description(
    'Takes the databases of examples/database-copy to a newer server on a running lab: ahead of a short window and back; then with the worker killed, back, again, and finalized',
  )
  .option('--lab <name>', '', 'labcopy')
  .option('--orders <number>', '', '400000')
  .option('--out <folder>', 'logs and report.json', 'out/e2e/database-copy')
  .action(main)
  .parseAsync();
