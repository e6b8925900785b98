import { join } from 'node:path';
import type { StepReport } from '../../../src/model/report.js';
import type { Stack } from '../story/stack.js';
import { approve, atGate, begin, expectEqual } from '../story/steer.js';
import { rehelm, soon } from '../story/tools.js';
import type { Eyes } from '../story/watch.js';
import { databasesAt18, replicas } from './scene.js';
import { contents, folder, placed, query, untilPlaced } from './shop.js';

const workflowId = 'copy/shop/postgres-18/orders-to-18-ahead';

/** Most of it while the shop writes, the worker killed meanwhile; a short window; then all of it taken back. */
export async function aheadOfTime({ place, killWorker, startWorker }: Stack, eyes: Eyes, tell: (line: string) => void) {
  await begin(place, join(folder, 'ahead.yaml'));
  await soon(
    'the copy ahead',
    120,
    async () => (await eyes.report(workflowId))?.steps.find(({ id, state }) => id === 'precopy/orders' && state === 'begun'),
    50,
  );
  await killWorker();
  await startWorker();
  await atGate(eyes, workflowId, 'cutover');
  await untilPlaced(place, 10);
  tell('copied ahead with the worker killed meanwhile; the shop writes');

  await approve(place, eyes, workflowId, 'cutover');
  const startedMs = Date.now();
  const { steps } = await atGate(eyes, workflowId, 'commit');
  const cutoverSeconds = (Date.now() - startedMs) / 1000;
  expectEqual('contents at the target', await contents(place, 'postgres-18', ['orders', 'warehouse']), await contents(place, 'postgres', ['orders', 'stock']));
  expectEqual('writers', await replicas(place), '0');
  const before = await placed(place);
  tell(`cut over in ${cutoverSeconds.toFixed(1)} s: both databases are equal, with every order`);

  await rehelm(place, ['rollback', workflowId, '--reason', 'a look back', '--wait', '5m']);
  expectEqual('databases at the target after the rollback', await databasesAt18(place), 'postgres rehelm');
  const left = `SELECT count(*) FROM pg_replication_slots UNION ALL SELECT count(*) FROM pg_publication`;
  expectEqual('slots and publications at the source', await query(place, 'postgres', 'orders', left), '0\n0');
  await untilPlaced(place, 3);
  if ((await placed(place)) < before) throw new Error('orders are gone');
  tell('taken back: the source has no slot, and the shop writes again');
  return { cutoverSeconds, steps: steps.filter(({ startedAt = '' }) => Date.parse(startedAt) >= startedMs).map(secondsOf) };
}

const secondsOf = ({ id, startedAt = '', endedAt = '' }: StepReport) => ({ id, seconds: (Date.parse(endedAt) - Date.parse(startedAt)) / 1000 });
