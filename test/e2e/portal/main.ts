import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { Command } from 'commander';
import { installTarget } from '../drill/install-target.js';
import { targets } from '../drill/targets.js';
import { type PlaceOnLab, placeOn } from '../story/place.js';
import { deployProduct, publish } from '../story/product.js';
import { apply, teller } from '../story/tools.js';
import { openEyes } from '../story/watch.js';
import { portalClient } from './client.js';
import { migrateByPortal, type Portal, type SpecBody } from './migration.js';
import { drillBySchedule } from './scheduled-drill.js';
import { startServers } from './servers.js';
import { lookAtDrill, migrateByUi } from './ui/tour.js';

interface Options {
  readonly lab: string;
  readonly documents: string;
  readonly out: string;
  readonly screens: string;
}

const values = { namespace: 'rehelm-system', name: 'portal-values', key: 'values.yaml' };

interface Spec {
  readonly kind: string;
  readonly target: { readonly values: string; readonly [field: string]: unknown };
}

/** The example's spec twice: as a portal sends it, with its values beside it; and as it is typed into the UI, with the values in a Secret. */
async function specsOf({ place, registry }: PlaceOnLab): Promise<{ readonly ofPortal: SpecBody; readonly ofUi: unknown }> {
  const spec: Spec = JSON.parse(readFileSync(await publish(place, registry), 'utf8'));
  const content = readFileSync(spec.target.values, 'utf8');
  const { namespace, name, key } = values;
  await apply(place, [{ apiVersion: 'v1', kind: 'Secret', metadata: { namespace, name }, stringData: { [key]: content } }]);
  const ofPortal = { ...spec, target: { ...spec.target, values: 'values_prod.yaml' } };
  return {
    ofPortal: { spec: ofPortal as unknown as SpecBody['spec'], files: [{ path: ['target', 'values'], name: 'values_prod.yaml', content }] },
    ofUi: { ...spec, target: { ...spec.target, values: { secretRef: values } } },
  };
}

async function portalTest({ lab, documents, out, screens }: Options): Promise<void> {
  const tell = teller();
  const folder = join(process.cwd(), 'out/portal');
  for (const each of [folder, screens]) rmSync(each, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const at = await placeOn(lab);
  const [servers, specs] = await Promise.all([
    startServers(at.place, folder),
    specsOf(at),
    deployProduct(at.place, Number(documents), tell),
    installTarget(at.place, targets.stateless),
  ]);
  const eyes = await openEyes(servers.address);
  const connection = await Connection.connect({ address: servers.address });
  const portal: Portal = { servers, portal: portalClient(servers), eyes, temporal: new Client({ connection }), folder, tell };
  try {
    const migrated = await migrateByPortal(portal, specs.ofPortal);
    const drill = await drillBySchedule(portal);
    await lookAtDrill({ ui: servers.ui, screens }, drill);
    const uiPhase = await migrateByUi({ ui: servers.ui, screens, eyes, tell }, specs.ofUi);
    const result = { ...migrated, drill, uiPhase };
    mkdirSync(dirname(out), { recursive: true });
    writeFileSync(out, `${JSON.stringify(result, null, 2)}\n`);
    const { phases: _, steps: __, checks: ___, decisions: ____, times: _____, ...figures } = result;
    process.stdout.write(`${JSON.stringify(figures, null, 2)}\n`);
    for (const broken of brokenIn(result)) {
      tell(`NOT as promised: ${broken}`);
      process.exitCode = 1;
    }
  } finally {
    await connection.close();
    await eyes.close();
    await servers.stop();
  }
}

type Result = Awaited<ReturnType<typeof migrateByPortal>> & { readonly drill: Awaited<ReturnType<typeof drillBySchedule>> };

/** What was promised and is not in the figures, one sentence each. */
function brokenIn({ strikes, events, answersWhileHeld, rolledBackServes, drill }: Result): readonly string[] {
  return [
    ...strikes.flatMap(({ verb, victim, effects }) => (effects === 1 ? [] : [`${verb} had ${effects} effects when ${victim} was killed`])),
    ...(events.missing + events.doubled === 0 && events.cuts > 0
      ? []
      : [`of the events ${events.missing} are missing, ${events.doubled} came twice, over ${events.cuts} cuts`]),
    ...(answersWhileHeld === 0 ? [] : [`the product answered ${answersWhileHeld} times while users were held out`]),
    ...(rolledBackServes ? [] : ['the source does not serve after the rollback']),
    ...(drill.verdict === 'green' && drill.verified ? [] : [`the drill is ${drill.verdict}, ${drill.verified ? '' : 'not '}verified`]),
  ];
}

await new Command('portal')
  .description(
    'The main job and a drill through the API alone, on a running lab, with API, worker and Temporal killed; then from the UI of Temporal, with pictures',
  )
  .option('--lab <name>', '', 'portal')
  .option('--documents <number>', '', '50000')
  .option('--out <file>', '', 'out/e2e/portal.json')
  .option('--screens <folder>', '', 'out/screens')
  .action(portalTest)
  .parseAsync();
