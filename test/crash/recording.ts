import { AsyncLocalStorage } from 'node:async_hooks';
import { copierBase } from '../../src/activities/copier/copier-manifest.js';
import { mongoVerbs } from '../../src/copier/mongo/verbs.js';
import { postgresVerbs } from '../../src/copier/postgres/verbs.js';
import type { Act } from '../../src/model/act.js';
import type { World } from '../support/fake-cluster/world.js';
import type { PlannedStep } from '../support/product/cases.js';
import { migrate, resultOf, stepsOf } from '../support/product/migration.js';
import { unattended } from '../support/product/spec.js';
import type { CrashPlay } from './plays.js';

/** One change of an undisturbed run: what it is called, and on whose behalf it was made. */
export interface Recorded {
  /** The same in every run. */
  readonly change: string;
  /** Counted from 1 among changes of the same name. */
  readonly nth: number;
  readonly activity: string;
  readonly step: string | undefined;
}

export interface Recording {
  readonly steps: readonly PlannedStep[];
  readonly changes: readonly Recorded[];
  readonly beginning: World;
  /** With uids, which adopted objects keep, and without the run's id. */
  readonly end: World;
}

const copierVerbs = [...new Set([...Object.keys(postgresVerbs), ...Object.keys(mongoVerbs)])];

/** Times, uids, the hashes of what is encrypted or drawn by lot, and of the Jobs that have a subject of their own. */
const volatile: readonly (readonly [RegExp, string])[] = [
  [/rehelm-[0-9a-z]{8}-([a-z]+)-[0-9a-f]{10}/g, 'JOB $1'],
  [/modifiedAt=\d+/, 'modifiedAt=…'],
  [/\b\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'TIME'],
  [/ownerReferences=.*/, 'ownerReferences=…'],
  [/(artifact-[0-9a-f]{16})-[0-9a-f]{16}/, '$1-…'],
];

/** Tells changes of one run by names that are the same in every run: without its id, the names of its Jobs, and the time. */
export function naming(run: string, steps: readonly PlannedStep[]): (change: string) => string {
  const jobs = steps.flatMap(({ id }) => copierVerbs.map((verb) => [copierBase({ run, step: id, epoch: 1 }, verb), `JOB ${verb} of ${id}`] as const));
  const inJobs = (text: string) =>
    / [-a-z0-9]+\/rehelm-[0-9a-z]{8}-\w+-[0-9a-f]{10}/.test(text) ? jobs.reduce((told, [name, tag]) => told.replaceAll(name, tag), text) : text;
  return (change) => volatile.reduce((told, [pattern, put]) => told.replace(pattern, put), inJobs(change).replaceAll(run, 'RUN'));
}

const time = /\b\d{4}-\d\d-\d\dT[\d:.]+Z/g;
/** uids and addresses, as the fake cluster draws them in order. */
const drawn = /\b\w{8}-0000-4000-8000-\w{12}\b|\b10\.96\.\d+\.\d+\b/g;
/** With where the chart lies in it. */
const input = /("rehelm\.dev\/input":)"\w+"/g;

interface Bound {
  readonly spec?: { readonly volumeName?: string };
}

/** A world as it is in every run. What the beginning does not know has no uid and no address, and its volumes are named by their claims: which comes first is not the same every time. */
export function withoutRun(world: World, run: string, beginning: World): World {
  const before = JSON.stringify(beginning);
  const told = JSON.stringify(world).replaceAll(run, 'RUN').replaceAll(time, 'TIME').replaceAll(input, '$1"…"');
  const named = Object.entries(world).reduce((text, [name, object]) => {
    const { volumeName } = (object as Bound).spec ?? {};
    return volumeName === undefined || before.includes(volumeName) ? text : text.replaceAll(volumeName, `volume of ${name}`);
  }, told);
  return JSON.parse(named.replaceAll(drawn, (seen) => (before.includes(seen) ? seen : 'DRAWN')));
}

/** Carries the kind out in this process, and notes for each change in which activity of which step it was made. */
export async function recordRun({ workflow, create, specOf, planOf }: CrashPlay): Promise<Recording> {
  const product = create();
  const steps = stepsOf(await planOf());
  const beginning = product.world();
  const inside = new AsyncLocalStorage<{ readonly activity: string; readonly act: Act | undefined }>();
  const seen: { readonly change: string; readonly activity: string; readonly step: string | undefined }[] = [];
  product.fake.onChange((change) => {
    const { activity = '', act } = inside.getStore() ?? {};
    seen.push({ change, activity, step: act?.step });
  });
  let id = '';
  await migrate({ workflow, product, spec: specOf(unattended), around: (activity, act, call) => inside.run({ activity, act }, call) }, async ({ run }) => {
    const { phase, cause, run: own } = await resultOf(run);
    if (phase !== 'Succeeded') throw new Error(`the undisturbed run is ${phase}: ${cause}`);
    id = own;
  });
  const nameOf = naming(id, steps);
  const counts = new Map<string, number>();
  const changes = seen.map(({ change, ...more }) => {
    const name = nameOf(change);
    const nth = (counts.get(name) ?? 0) + 1;
    counts.set(name, nth);
    return { change: name, nth, ...more };
  });
  return { steps, changes, beginning, end: withoutRun(product.world(), id, beginning) };
}
