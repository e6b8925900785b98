import { layout } from '../../../examples/cognigy/seed/layout.js';
import { mongodbHosts } from '../../../examples/cognigy/seed/product-data.js';
import { copierJob, requestSecret } from '../../../src/activities/copier/copier-manifest.js';
import { readOutput } from '../../../src/activities/copier/copier-output.js';
import type {} from '../../../src/model/copier.js';
import type { MongoRequestOf, MongoResults, MongoVerb } from '../../../src/model/copier-mongo.js';
import type { MongoAddress } from '../../../src/model/mongo-facts.js';
import { proxyAddress } from './product.js';
import { apply, kubectl, type Place, soon } from './tools.js';
import { probe } from './watch.js';

/** The window by hand. The parts are those of a stopwatch beside the terminal; `bareSeconds` is what a client missed meanwhile. */
export interface Bare {
  readonly bareSeconds: number;
  readonly bare: { readonly stopSeconds: number; readonly copySeconds: number; readonly compareSeconds: number; readonly startSeconds: number };
}

const namespace = 'default';
const selector = 'app.kubernetes.io/part-of=cognigy-ai';
/** By hand the Job runs next to the database. */
const jobNamespace = 'mongodb';
const image = 'rehelm/copier:dev';
const scope = { run: 'bare', epoch: 1 } as const;
const renames = layout.map(({ name }) => ({ from: name, to: `bare-${name}` }));

/**
 * What the window costs without rehelm: the product stopped, its two databases copied and compared once, side by side as the run does it, the product started
 * again, all with kubectl and the same copier. Nobody holds traffic, so the client's time ends with the first answer. Leaves nothing behind once `removed`.
 */
export async function measureBare(place: Place, tell: (line: string) => void): Promise<Bare & { readonly removed: Promise<void> }> {
  const at = await databaseAddress(place);
  const replicas = await replicasOf(place);
  const address = await proxyAddress(place, namespace);
  const probing = probe(address);
  await soon('an answer of the product', 60, async () => (probing.answered(address) ? true : undefined));
  const stopSeconds = await timed(() => stopProduct(place));
  const copySeconds = await timed(() =>
    Promise.all(renames.map(({ from, to }) => runCopier(place, { engine: 'mongodb', verb: 'copy', at, ...scope, step: to, from, to }))),
  );
  const compareSeconds = await timed(() => Promise.all(renames.map(({ from, to }) => compare(place, { engine: 'mongodb', verb: 'verify', at, from, to }))));
  const startSeconds = await timed(() => startProduct(place, replicas));
  const bareSeconds = await probing.stop();
  tell(
    `by hand: stop ${stopSeconds.toFixed(1)} s, copy ${copySeconds.toFixed(1)} s, compare ${compareSeconds.toFixed(1)} s, start ${startSeconds.toFixed(1)} s`,
  );
  tell(`users were out for ${bareSeconds.toFixed(1)} s meanwhile`);
  return { bareSeconds, bare: { stopSeconds, copySeconds, compareSeconds, startSeconds }, removed: removeCopies(place, at) };
}

async function timed(body: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await body();
  return (performance.now() - started) / 1000;
}

async function databaseAddress(place: Place): Promise<MongoAddress> {
  const { data } = JSON.parse((await kubectl(place, ['get', 'secret', '-n', 'mongodb', 'mongodb-root', '-o', 'json'])).stdout);
  const [name, password] = ['user', 'password'].map((key) => Buffer.from(data[key], 'base64').toString());
  return { uri: `mongodb://${mongodbHosts}/`, user: { name: name!, password: password! } };
}

/** Names of deployments by their number of replicas. */
async function replicasOf(place: Place): Promise<ReadonlyMap<number, readonly string[]>> {
  const { stdout } = await kubectl(place, ['get', 'deployment', '-n', namespace, '-l', selector, '-o', 'json']);
  const items: readonly { metadata: { name: string }; spec: { replicas: number } }[] = JSON.parse(stdout).items;
  return new Map([...Map.groupBy(items, ({ spec }) => spec.replicas)].map(([count, each]) => [count, each.map(({ metadata }) => metadata.name)]));
}

async function stopProduct(place: Place): Promise<void> {
  await kubectl(place, ['scale', 'deployment', '-n', namespace, '-l', selector, '--replicas=0']);
  await soon('the pods to be gone', 300, async () => {
    const { stdout } = await kubectl(place, ['get', 'pod', '-n', namespace, '-l', selector, '-o', 'name']);
    return stdout.trim() === '' ? true : undefined;
  });
}

async function startProduct(place: Place, replicas: ReadonlyMap<number, readonly string[]>): Promise<void> {
  const scale = ([count, names]: [number, readonly string[]]) => kubectl(place, ['scale', 'deployment', '-n', namespace, ...names, `--replicas=${count}`]);
  await Promise.all([...replicas].map(scale));
  await kubectl(place, ['wait', '-n', namespace, 'deployment', '-l', selector, '--for=condition=Available', '--timeout=300s']);
}

/** One verb in a Job, as rehelm makes it, and what its log answers. */
async function runCopier<V extends MongoVerb>(place: Place, request: MongoRequestOf<V>): Promise<MongoResults[V]> {
  const subject = 'to' in request ? request.to : 'database' in request ? request.database : 'all';
  const job = { base: `bare-${request.verb}-${renames.findIndex(({ to }) => to === subject)}`, generation: 1 };
  const name = `${job.base}-1`;
  await apply(place, [requestSecret(job, jobNamespace, request), copierJob(job, jobNamespace, image, { ...scope, step: name })]);
  await kubectl(place, ['wait', '-n', jobNamespace, `job/${name}`, '--for=condition=Complete', '--timeout=600s'], { mayFail: true });
  const { stdout } = await kubectl(place, ['logs', '-n', jobNamespace, `job/${name}`]);
  const { result, failure } = readOutput<MongoResults[V]>(stdout);
  if (result === undefined) throw new Error(`${name} has no result: ${failure?.message ?? stdout}`);
  return result;
}

async function compare(place: Place, request: MongoRequestOf<'verify'>): Promise<void> {
  const { equal, differences } = await runCopier<'verify'>(place, request);
  if (!equal) throw new Error(`${request.to} differs from ${request.from}: ${differences.join('; ')}`);
}

async function removeCopies(place: Place, at: MongoAddress): Promise<void> {
  await Promise.all(renames.map(({ to }) => runCopier(place, { engine: 'mongodb', verb: 'drop', at, ...scope, database: to })));
  await runCopier(place, { engine: 'mongodb', verb: 'clean', at, run: scope.run });
  await kubectl(place, ['delete', 'job,secret', '-n', jobNamespace, '-l', 'app.kubernetes.io/name=rehelm-copier', '--wait']);
}
