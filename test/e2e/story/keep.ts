import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { stateRoot } from '../../../lab/paths.js';
import { startDaemon } from '../../../lab/process/daemon.js';
import { endProcess } from '../../../lab/process/end-process.js';
import { isAlive, type ProcessRecord } from '../../../lab/process/process-record.js';
import { placeOn } from './place.js';
import { deployProduct, proxyAddress, publish } from './product.js';
import { kubectl, type Place, run, soon, teller } from './tools.js';

const lab = 'lab';
const temporalPort = 7233;
const recordFile = () => join(stateRoot(), lab, 'rehelm-dev.json');
const readRecord = (): ProcessRecord | undefined => (existsSync(recordFile()) ? JSON.parse(readFileSync(recordFile(), 'utf8')) : undefined);

/** The example product on the lab, and Temporal with a worker beside it, until `make down`. */
async function up({ documents }: { readonly documents: string }): Promise<void> {
  const tell = teller();
  const { place, registry } = await placeOn(lab);
  const deployed = (await kubectl(place, ['get', 'deployment', '-n', 'default', 'service-api'], { mayFail: true })).exitCode === 0;
  if (!deployed) await deployProduct(place, Number(documents), tell);
  const spec = await publish(place, registry);
  const before = readRecord();
  if (!before || !isAlive(before)) await startDev(place);
  tell('Temporal and a worker are up');
  await status();
  process.stdout.write(`  spec           ${spec}\n\n  bin/rehelm plan -f ${spec}\n`);
}

async function startDev(place: Place): Promise<void> {
  const folder = join(stateRoot(), lab);
  const args = [join(place.checkout, 'dist/src/cli/main.js'), 'dev', '--port', String(temporalPort), '--db', join(folder, 'temporal.db')];
  const record = startDaemon({ command: process.execPath, args, logFile: join(folder, 'logs/rehelm-dev.log'), env: { ...place.env }, cwd: place.checkout });
  writeFileSync(recordFile(), JSON.stringify(record));
  await soon('Temporal', 30, async () => {
    if (!isAlive(record)) throw new Error(`rehelm dev ended: see ${folder}/logs/rehelm-dev.log`);
    const health = await run(place, place.env['REHELM_TEMPORAL'] ?? 'temporal', ['operator', 'cluster', 'health', '--address', `127.0.0.1:${temporalPort}`], {
      mayFail: true,
    });
    return health.exitCode === 0 ? true : undefined;
  });
}

async function status(): Promise<void> {
  const { place } = await placeOn(lab);
  const record = readRecord();
  const product = await proxyAddress(place, 'default').catch(() => proxyAddress(place, 'cognigy-ai').catch(() => 'not reachable'));
  process.stdout.write(
    [
      `  product        http://${product}/`,
      `  Temporal       127.0.0.1:${temporalPort}, its page http://127.0.0.1:${temporalPort + 1000}`,
      `  worker         ${record && isAlive(record) ? `pid ${record.pid}` : 'not running'}`,
      `  for bin/rehelm export KUBECONFIG=${place.env['KUBECONFIG']} TEMPORAL_ADDRESS=127.0.0.1:${temporalPort}`,
      '',
    ].join('\n'),
  );
}

async function down(): Promise<void> {
  const record = readRecord();
  if (record) await endProcess(record, 40);
  rmSync(recordFile(), { force: true });
}

const program = new Command('keep').description('A lab with the example product, Temporal and a worker, to try things on');
program.command('up').option('--documents <number>', '', '20000').action(up);
program.command('status').action(status);
program.command('down').action(down);
await program.parseAsync();
