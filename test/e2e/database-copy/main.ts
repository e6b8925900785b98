import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { parse } from 'yaml';
import type { Report } from '../../../src/model/report.js';
import { placeOn } from '../story/place.js';
import { type Stack, startStack } from '../story/stack.js';
import { kubectl, type Place, rehelm, soon, teller } from '../story/tools.js';
import { type Eyes, openEyes } from '../story/watch.js';
import { contents, deployShop, exampleSpec, query, untilPlaced } from './shop.js';

const workflowId = 'copy/shop/postgres-18/orders-to-18';

interface Options {
  readonly lab: string;
  readonly orders: string;
  readonly out: string;
}

function expectEqual(what: string, found: unknown, wanted: unknown): void {
  if (JSON.stringify(found) !== JSON.stringify(wanted)) throw new Error(`${what}: ${JSON.stringify(found)} instead of ${JSON.stringify(wanted)}`);
}

const databasesAt18 = (place: Place) =>
  query(place, 'postgres-18', 'postgres', `SELECT string_agg(datname, ' ' ORDER BY datname) FROM pg_database WHERE NOT datistemplate`);
const replicas = async (place: Place) => (await kubectl(place, ['get', '-n', 'shop', 'deployment/web', '-o', 'jsonpath={.spec.replicas}'])).stdout;

/** The example's spec, so slow that a worker can be killed in the middle. */
function slowed(folder: string): string {
  const file = join(folder, 'spec.json');
  const spec = parse(readFileSync(exampleSpec, 'utf8'));
  writeFileSync(file, JSON.stringify({ ...spec, copy: { ...spec.copy, unitSize: '8Mi', bytesPerSecond: '4Mi' } }));
  return file;
}

/** Plans it, and begins just that. */
async function begin(place: Place, specFile: string): Promise<void> {
  const { hash } = JSON.parse((await rehelm(place, ['plan', '-f', specFile, '-o', 'json'])).stdout);
  await rehelm(place, ['run', '-f', specFile, '--approve', 'start', '--plan', hash, '--detach']);
}

async function commit(place: Place, eyes: Eyes): Promise<Report> {
  const { plan = '' } = await eyes.reaches(['AwaitingApproval'], 300, workflowId);
  await rehelm(place, ['approve', workflowId, '--gate', 'commit', '--plan', plan, '--reason', 'looked at it']);
  return eyes.reaches(['Succeeded'], 120, workflowId);
}

/** The worker is killed in the middle of the copy; another goes on. */
async function killWithin({ startWorker, killWorker }: Stack, eyes: Eyes): Promise<void> {
  await soon('bytes of the copy', 120, async () => ((await eyes.copies(workflowId)).some(({ bytes }) => bytes > 0) ? true : undefined), 50);
  await killWorker();
  await startWorker();
}

/** From 15 to 18 with the worker killed, back, again, and finalized. */
async function story(stack: Stack, specFile: string, eyes: Eyes, orders: number, tell: (line: string) => void) {
  const { place } = stack;
  await deployShop(place, orders);
  tell(`a shop with ${orders} orders writes`);
  await stack.startWorker();
  await soon('a worker', 60, async () => ((await rehelm(place, ['status'], { mayFail: true })).exitCode === 0 ? true : undefined));

  await begin(place, specFile);
  await killWithin(stack, eyes);
  tell('killed the worker in the middle of the copy');
  const first = await commit(place, eyes);
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
  await commit(place, eyes);
  expectEqual('contents at the target', await contents(place, 'postgres-18', ['orders', 'warehouse']), await contents(place, 'postgres', ['orders', 'stock']));
  const { stdout: id } = await rehelm(place, ['finalize', workflowId, '--early', '--detach', '--reason', 'it runs well']);
  const { plan = '' } = await eyes.reaches(['AwaitingApproval'], 120, id.trim());
  await rehelm(place, ['approve', id.trim(), '--gate', 'start', '--plan', plan, '--reason', 'the list was looked at']);
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
  const { place } = await placeOn(lab);
  const stack = await startStack(place, folder);
  const eyes = await openEyes(stack.address);
  try {
    const figures = await story(stack, slowed(folder), eyes, Number(orders), tell);
    writeFileSync(join(folder, 'report.json'), `${JSON.stringify(figures, null, 2)}\n`);
    process.stdout.write(`${JSON.stringify(figures, null, 2)}\n`);
  } finally {
    await eyes.close();
    await stack.stop();
  }
}

await new Command('database-copy')
  .description('Takes the databases of examples/database-copy to a newer server on a running lab: with the worker killed, back, again, and finalized')
  .option('--lab <name>', '', 'labcopy')
  .option('--orders <number>', '', '400000')
  .option('--out <folder>', 'logs and report.json', 'out/e2e/database-copy')
  .action(main)
  .parseAsync();
