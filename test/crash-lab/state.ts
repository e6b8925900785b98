import type { Fingerprint } from '../../examples/cognigy/seed/fingerprint.js';
import { systemNamespace } from '../../src/model/act.js';
import { differences, fingerprint, waitReady } from '../e2e/story/product.js';
import { kubectl, type Place } from '../e2e/story/tools.js';
import { snapshotWorld, type World, worldDifferences } from '../e2e/story/world.js';

/** Objects and data, while the product stands still. */
export interface State {
  readonly world: World;
  readonly data: Fingerprint;
}

/** Before a run, or after its rollback: the product serves from where it was. */
export async function beginningState(place: Place): Promise<State> {
  await waitReady(place, 'default');
  return { world: await snapshotWorld(place), data: await fingerprint(place, 'default', false) };
}

/** One sentence for everything that is not as it was, or was left behind. */
export async function missesBeginning(place: Place, beginning: State): Promise<readonly string[]> {
  const now = await beginningState(place);
  return [
    ...worldDifferences(beginning.world, now.world),
    ...differences(beginning.data, now.data, false),
    ...(await leftOver(place)),
    ...(await heldLocks(place)),
  ];
}

/** After a run: the product serves from where it went, and everything else is as the run left it. */
export async function endState(place: Place, beginning: State, run: string): Promise<State> {
  await waitReady(place, 'cognigy-ai');
  return { world: comparable(await snapshotWorld(place), beginning.world, run), data: await fingerprint(place, 'cognigy-ai', true) };
}

/** One sentence for everything in which a disturbed run's end is not the undisturbed one's. */
export async function missesEnd(place: Place, end: State, beginning: State, run: string): Promise<readonly string[]> {
  const now = await endState(place, beginning, run);
  return [...worldDifferences(end.world, now.world), ...differences(beginning.data, now.data, true), ...(await leftOver(place))];
}

/** What a run adds to that of the world before it: left out where two runs are compared. */
export const excludedFromEnds: readonly string[] = [
  'Between the ends of two runs also: the ids of the runs (told as RUN), uids, owners and addresses of objects that the run made, the content of records of Helm, and their labels modifiedAt and rehelm.dev/input (a hash over the random name of the request).',
];

/** An object that was there keeps its uid through all runs; of one that the run made it is drawn. */
function comparable(world: World, beginning: World, run: string): World {
  return Object.fromEntries(
    Object.entries(world).map(([key, object]) => [
      key.replaceAll(run, 'RUN'),
      told(object, run, key in beginning ? () => false : (name) => isDrawn(name, key)),
    ]),
  );
}

/** The last: a hash over the name of the request's Secret, among others, which the CLI draws by lot. */
const drawn = new Set(['uid', 'clusterIP', 'clusterIPs', 'nodePort', 'healthCheckNodePort', 'ownerReferences', 'modifiedAt', 'rehelm.dev/input']);
const isDrawn = (name: string, key: string): boolean => drawn.has(name) || (name === 'data' && key.includes('/sh.helm.release.'));

function told(value: unknown, run: string, isLeft: (name: string) => boolean): unknown {
  if (typeof value === 'string') return value.replaceAll(run, 'RUN');
  if (Array.isArray(value)) return value.map((each) => told(each, run, isLeft));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name]) => !isLeft(name))
      .map(([name, inner]) => [name, told(inner, run, isLeft)]),
  );
}

/** Jobs, their pods and their requests go with the step that needed them. */
async function leftOver(place: Place): Promise<readonly string[]> {
  const jobs = await kubectl(place, ['get', 'job,pod', '-n', systemNamespace, '-o', 'name']);
  const requests = await kubectl(place, ['get', 'secret', '-n', systemNamespace, '--field-selector', 'type=rehelm.dev/copier-request', '-o', 'name']);
  return `${jobs.stdout}\n${requests.stdout}`
    .split('\n')
    .filter(Boolean)
    .map((name) => `${systemNamespace} ${name} was left behind`);
}

async function heldLocks(place: Place): Promise<readonly string[]> {
  const { stdout } = await kubectl(place, ['get', 'lease', '-n', systemNamespace, '-o', 'json']);
  const leases: readonly { readonly metadata: { readonly name: string }; readonly spec?: { readonly holderIdentity?: string } }[] = JSON.parse(stdout).items;
  return leases
    .filter(({ metadata, spec }) => metadata.name.startsWith('rehelm-lock-') && spec?.holderIdentity)
    .map(({ metadata }) => `${metadata.name} is still held`);
}
