import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { freePort } from '../../support/free-port.js';
import { childrenOf } from '../story/children.js';
import { placeOn } from '../story/place.js';
import type { Registry } from '../story/registry.js';
import { startStack } from '../story/stack.js';
import { expectEqual } from '../story/steer.js';
import { apply, type Place, rehelm, soon, teller } from '../story/tools.js';
import { example, helm, inNamespace, namespace, readRelease, release } from './product.js';
import { scene } from './scene.js';
import { expectLogin, untilUsersFound } from './serves.js';
import { workflowId } from './spec.js';

interface Options {
  readonly lab: string;
  readonly gib: string;
  readonly out: string;
}

/** Where pods reach this machine. */
const gatewayOf = ({ host }: Registry): string => host.split(':')[0] ?? '';

/** The API with a token of its own, for pods; answers its address. */
async function startApi(place: Place, registry: Registry, folder: string): Promise<{ readonly url: string; readonly token: string; stop(): Promise<void> }> {
  const accessFile = join(folder, 'access.yaml');
  rmSync(accessFile, { force: true });
  const token = (await rehelm(place, ['token', '--first', accessFile, '--subject', 'sso@iam'])).stdout.trim();
  const [port, host] = [await freePort(), gatewayOf(registry)];
  const children = childrenOf(place, folder);
  children.start('api', process.execPath, [join(place.checkout, 'dist/src/cli/main.js'), 'api', '--port', String(port), '--host', host], {
    REHELM_ACCESS: accessFile,
  });
  const url = `http://${host}:${port}`;
  await soon('the API', 60, async () => ((await fetch(`${url}/healthz`).catch(() => undefined))?.ok ? true : undefined));
  return { url, token, stop: () => children.stop() };
}

/** What users of the chart type. */
async function upgrade(place: Place, url: string): Promise<string> {
  const hooks = ['enabled=true', 'image=rehelm/cli:dev', `server=${url}`, 'tokenSecret.name=rehelm'].map((each) => `rehelm.${each}`);
  const chart = [join(place.checkout, example, 'charts/sso-2'), '--values', join(place.checkout, example, 'values-ha.yaml')];
  const { exitCode, stdout, stderr } = await helm(place, ['upgrade', release, ...chart, '--set', hooks.join(','), '--timeout', '30m'], { mayFail: true });
  if (exitCode !== 0) throw new Error(`helm upgrade: ${stdout}${stderr}`);
  return stdout;
}

/** The pod of a hook, once it runs; it is killed without a word. */
async function killHook(place: Place, moment: string): Promise<void> {
  const name = await soon(`the pod of hook ${moment}`, 300, async () => {
    const args = [
      'get',
      'pods',
      '-l',
      `job-name=${release}-rehelm-${moment}`,
      '--field-selector',
      'status.phase=Running',
      '-o',
      'jsonpath={.items[*].metadata.name}',
    ];
    const { stdout } = await inNamespace(place, args, { mayFail: true });
    return stdout.trim() === '' ? undefined : stdout.trim();
  });
  await inNamespace(place, ['delete', 'pod', name, '--grace-period=0', '--force']);
}

async function main({ lab, gib, out }: Options): Promise<void> {
  const tell = teller();
  const folder = join(process.cwd(), out);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const { place: onLab, registry } = await placeOn(lab);
  const stack = await startStack(onLab, folder);
  const { place } = stack;
  let stopApi: () => Promise<void> = async () => undefined;
  try {
    await scene.deploy(place, registry, { gib: Number(gib), seed: 1 }, tell);
    const before = await scene.readState(place);
    const expectAll = async () => expectEqual('what users miss', scene.dataDifferences(before, await scene.readState(place, before)), []);
    await stack.startWorker();
    const { url, token, stop } = await startApi(place, registry, folder);
    stopApi = stop;
    await apply(place, [{ apiVersion: 'v1', kind: 'Secret', metadata: { namespace, name: 'rehelm' }, data: { token: Buffer.from(token).toString('base64') } }]);

    const started = Date.now();
    const [said] = await Promise.all([upgrade(place, url), killHook(place, 'pre-upgrade')]);
    const upgradeSeconds = Math.round((Date.now() - started) / 1000);
    expectEqual('release', (await readRelease(place))?.status, 'deployed');
    await untilUsersFound(place);
    await expectAll();
    tell(`a plain helm upgrade took the data along in ${upgradeSeconds} s, its hook's pod killed meanwhile: ${said.split('\n')[0]}`);

    const again = Date.now();
    await upgrade(place, url);
    await expectAll();
    const secondRun = JSON.parse((await rehelm(place, ['status', workflowId, '-o', 'json'])).stdout).title as string;
    if (!secondRun.includes('nothing to do')) throw new Error(`a second upgrade would: ${secondRun}`);
    tell(`a second one found nothing to do, in ${Math.round((Date.now() - again) / 1000)} s`);
    const { stdout: left } = await inNamespace(place, ['get', 'jobs,configmaps,serviceaccounts', '-l', 'app.kubernetes.io/name=rehelm-hook', '-o', 'name']);
    expectEqual('objects of hooks', left.trim(), '');

    await helm(place, ['rollback', release, String(before.release?.revision), '--wait', '--timeout', '5m']);
    await untilUsersFound(place);
    await expectAll();
    tell('a plain helm rollback found the old data');

    const refused = await upgrade(place, url).then(
      () => '',
      (error: Error) => error.message,
    );
    if (!refused.includes('pre-upgrade hooks failed')) throw new Error(`helm upgrades a release whose last migration is not finalized: ${refused}`);
    await untilUsersFound(place);
    await expectAll();
    tell('while that run can still be taken back by rehelm, another is refused, and nothing is touched');

    await rehelm(place, ['rollback', workflowId, '--reason', 'helm went back', '--accept-data-loss', '--wait', '10m']);
    await untilUsersFound(place);
    await expectAll();
    await expectLogin(place);
    tell('then it is taken back, although its members are gone');

    const figures = { gib: Number(gib), upgradeSeconds, rolledBackServes: true, secondRun };
    writeFileSync(`${folder}.json`, `${JSON.stringify(figures, null, 2)}\n`);
    process.stdout.write(`${JSON.stringify(figures, null, 2)}\n`);
  } finally {
    await stopApi();
    await stack.stop();
  }
}

await new Command('keycloak-hooks')
  .description('Takes the product of examples/keycloak-ha to its next chart by a plain helm upgrade, on a running lab, and back by a plain helm rollback')
  .requiredOption('--lab <name>')
  .option('--gib <number>', 'of tables and indexes, about', '0.2')
  .option('--out <folder>', 'logs; the figures are written beside it, as <folder>.json', 'out/e2e/keycloak-hooks')
  .action(main)
  .parseAsync();
