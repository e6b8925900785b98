import { systemNamespace } from '../../src/model/act.js';
import { kubectl, type Place, soon } from '../e2e/story/tools.js';
import { snapshotWorld, type World, worldDifferences } from '../e2e/story/world.js';
import type { Subject } from './subject.js';

/** Objects and data, while the product stands still. */
export interface State {
  readonly world: World;
  readonly data: unknown;
}

/** Whose state is looked at, and where. */
export interface Looked {
  readonly place: Place;
  readonly subject: Subject;
}

/** Before a run, or after its rollback: the product serves from where it was. */
export async function beginningState({ place, subject }: Looked, like?: State): Promise<State> {
  await subject.untilServed(place, 'old');
  await untilDeleted(place);
  return { world: await snapshotWorld(place), data: await subject.readData(place, 'old', like?.data) };
}

/** One sentence for everything that is not as it was, or was left behind. */
export async function missesBeginning(looked: Looked, beginning: State): Promise<readonly string[]> {
  const { place, subject } = looked;
  const now = await beginningState(looked, beginning);
  const told = (world: World) => comparable(world, { isDrawn: (name, key) => subject.isRemade(key) && ofRemade.has(name) });
  return [
    ...worldDifferences(told(withoutEndedJobs(beginning.world, now.world, subject)), told(now.world)),
    ...subject.dataDifferences(beginning.data, now.data, 'old'),
    ...(await leftOver(place)),
    ...(await heldLocks(place)),
  ];
}

/** A Job that a release had is not made again with it: it would do its work a second time. */
const withoutEndedJobs = (before: World, now: World, { isRemade }: Subject): World =>
  Object.fromEntries(Object.entries(before).filter(([key]) => key in now || !isRemade(key) || !key.startsWith('batch/v1 Job ')));

/** Its provisioner deletes a volume some time after its claim. */
const untilDeleted = (place: Place): Promise<true> =>
  soon('volumes to be deleted', 60, async () => {
    const { items } = JSON.parse((await kubectl(place, ['get', 'pv', '-o', 'json'])).stdout);
    return (items as readonly Volume[]).every(({ spec, status }) => spec.persistentVolumeReclaimPolicy !== 'Delete' || status.phase === 'Bound') || undefined;
  });

interface Volume {
  readonly spec: { readonly persistentVolumeReclaimPolicy: string };
  readonly status: { readonly phase: string };
}

/** After a run: the product serves from where it went, and everything else is as the run left it. */
export async function endState({ place, subject }: Looked, beginning: State, run: string): Promise<State> {
  await subject.untilServed(place, 'new');
  await untilDeleted(place);
  const isDrawn = (name: string, key: string): boolean => {
    if (key in beginning.world && !subject.isRemade(key)) return false;
    return drawn.has(name) || (name === 'data' && (key.includes('/sh.helm.release.') || subject.isGenerated(key)));
  };
  const world = comparable(await snapshotWorld(place), { isDrawn, run, kept: beginning.world });
  return { world, data: await subject.readData(place, 'new', beginning.data) };
}

/** One sentence for everything in which a disturbed run's end is not the undisturbed one's. */
export async function missesEnd(looked: Looked, end: State, beginning: State, run: string): Promise<readonly string[]> {
  const now = await endState(looked, beginning, run);
  return [...worldDifferences(end.world, now.world), ...looked.subject.dataDifferences(beginning.data, now.data, 'new'), ...(await leftOver(looked.place))];
}

/** What a run adds to that of the world before it: left out where two runs are compared. */
export const excludedFromEnds: readonly string[] = [
  'Between the ends of two runs also: the ids of the runs (told as RUN), uids, owners and addresses of objects that the run made, names of volumes that were provisioned in it, the content of records of Helm and of Secrets that charts fill at random, and the labels modifiedAt and rehelm.dev/input (a hash over the random name of the request).',
  'Where a release is uninstalled and put back: uids, owners and addresses of its objects, the annotation rehelm.dev/former-uid that tells them, and Jobs that had ended, which stay away. Its volumes are the same ones.',
];

const ofRemade = new Set([
  'uid',
  'clusterIP',
  'clusterIPs',
  'nodePort',
  'healthCheckNodePort',
  'ownerReferences',
  'controller-uid',
  'batch.kubernetes.io/controller-uid',
  'rehelm.dev/former-uid',
]);
/** The last: a hash over the name of the request's Secret, among others, which the CLI draws by lot. */
const drawn = new Set([...ofRemade, 'modifiedAt', 'rehelm.dev/input']);

interface Telling {
  /** Is a field of this name, of the object of this key, drawn anew in every run? */
  isDrawn(name: string, key: string): boolean;
  /** Its id. */
  readonly run?: string;
  /** A world whose volumes keep their names; others are told by their claims. */
  readonly kept?: World;
}

const provisioned = /pvc-[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g;

/** A world as it is compared with another. */
function comparable(world: World, { isDrawn, run, kept = world }: Telling): World {
  const names = new Set(Object.keys(kept).flatMap((key) => key.match(provisioned) ?? []));
  const nameless = (text: string) =>
    (run === undefined ? text : text.replaceAll(run, 'RUN')).replaceAll(provisioned, (name) => (names.has(name) ? name : 'pvc-…'));
  const told = (value: unknown, key: string): unknown => {
    if (typeof value === 'string') return nameless(value);
    if (Array.isArray(value)) return value.map((each) => told(each, key));
    if (typeof value !== 'object' || value === null) return value;
    const fields = Object.entries(value).filter(([name]) => !isDrawn(name, key));
    return Object.fromEntries(fields.map(([name, inner]) => [name, told(inner, key)]));
  };
  return Object.fromEntries(Object.entries(world).map(([key, object]) => [nameless(key).replace('pvc-…', () => `of ${claimOf(object)}`), told(object, key)]));
}

/** `live-agent/data-db-0` */
function claimOf(volume: unknown): string {
  const { spec } = volume as { readonly spec?: { readonly claimRef?: { readonly namespace: string; readonly name: string } } };
  return spec?.claimRef ? `${spec.claimRef.namespace}/${spec.claimRef.name}` : 'nobody';
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
