import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { compareFingerprints, type Fingerprint } from '../../../examples/cognigy/seed/fingerprint.js';
import { jobName, jobObjects, type SeedJob } from '../../../examples/cognigy/seed/job.js';
import { layout } from '../../../examples/cognigy/seed/layout.js';
import { mongodbHosts, renamedDatabases, userSecrets, volumeClaims } from '../../../examples/cognigy/seed/product-data.js';
import { scratchFolder } from '../../support/scratch-folder.js';
import { pushCharts, type Registry, registryLogin } from './registry.js';
import { apply, kubectl, type Place, soon } from './tools.js';

const example = 'examples/cognigy';

async function rootUri(place: Place): Promise<string> {
  const { stdout } = await kubectl(place, ['get', 'secret', '-n', 'mongodb', 'mongodb-root', '-o', 'json']);
  const { data } = JSON.parse(stdout);
  const [user, password] = ['user', 'password'].map((key) => encodeURIComponent(Buffer.from(data[key], 'base64').toString()));
  return `mongodb://${user}:${password}@${mongodbHosts}/admin`;
}

/** Runs a seed or a fingerprint in the cluster and answers the last line of its log. */
async function runJob(place: Place, job: Omit<SeedJob, 'rootUri'>): Promise<string> {
  const name = jobName(job);
  const remove = () => kubectl(place, ['delete', 'job,secret', name, '-n', job.namespace, '--ignore-not-found', '--wait', '--cascade=foreground']);
  await remove();
  await apply(place, jobObjects({ ...job, rootUri: await rootUri(place) }));
  await soon(`${name} to end`, 600, async () => {
    const { status = {} } = JSON.parse((await kubectl(place, ['get', 'job', name, '-n', job.namespace, '-o', 'json'])).stdout);
    if (status.failed > 2) throw new Error((await kubectl(place, ['logs', '-n', job.namespace, `job/${name}`, '--tail=20'])).stdout);
    return status.succeeded ? true : undefined;
  });
  const { stdout } = await kubectl(place, ['logs', '-n', job.namespace, `job/${name}`]);
  await remove();
  return stdout.trim().split('\n').at(-1) ?? '';
}

/** The database in its own namespace, seeded, then the product from its Kustomize tree, ready. */
export async function deployProduct(place: Place, documents: number, tell: (line: string) => void): Promise<void> {
  await kubectl(place, ['apply', '-k', `${example}/mongodb`]);
  await kubectl(place, ['rollout', 'status', '-n', 'mongodb', 'statefulset/mongodb', '--timeout=180s']);
  await kubectl(place, ['apply', '-k', `${example}/kustomize/overlays/prod`]);
  tell('product applied');
  await seed(place, documents);
  tell(`${documents} documents, files and keys seeded`);
  await waitReady(place, 'default');
  tell('product ready');
}

export async function seed(place: Place, documents: number): Promise<void> {
  await runJob(place, {
    role: 'seed',
    namespace: 'default',
    databases: layout.map(({ name }) => name),
    claims: volumeClaims,
    redis: true,
    userSecrets,
    documents,
  });
}

export async function waitReady(place: Place, namespace: string): Promise<void> {
  await kubectl(place, ['wait', '-n', namespace, 'deployment', '--all', '--for=condition=Available', '--timeout=300s']);
}

/** What users would miss if it changed: documents of both databases, files, keys. */
export async function fingerprint(place: Place, namespace: string, renamed: boolean): Promise<Fingerprint> {
  const databases = layout.map(({ name }) => (renamed ? (renamedDatabases[name] ?? name) : name));
  return JSON.parse(await runJob(place, { role: 'fingerprint', namespace, databases, claims: volumeClaims, redis: true }));
}

export const differences = (before: Fingerprint, after: Fingerprint, renamed: boolean): readonly string[] =>
  compareFingerprints(before, after, renamed ? renamedDatabases : {});

/** Address of the proxy, as users reach it from outside. */
export const proxyAddress = (place: Place, namespace: string): Promise<string> =>
  soon(`an address of ${namespace}/traefik`, 60, async () => {
    const { stdout } = await kubectl(place, ['get', 'service', '-n', namespace, 'traefik', '-o', 'jsonpath={.status.loadBalancer.ingress[0].ip}'], {
      mayFail: true,
    });
    return stdout || undefined;
  });

/** The chart in the lab's registry, its login in a Secret, and the spec that names both. Answers the spec's path. */
export async function publish(place: Place, registry: Registry, changes: Readonly<Record<string, unknown>> = {}): Promise<string> {
  await pushCharts(place, registry, [`${example}/chart`]);
  const spec = parse(readFileSync(join(place.checkout, example, 'spec.yaml'), 'utf8'));
  const target = {
    ...spec.target,
    chart: `oci://${registry.host}/helm/cognigy.ai`,
    registry: registryLogin,
    values: join(place.checkout, example, 'values_prod.yaml'),
  };
  const path = join(scratchFolder('story'), 'spec.yaml');
  writeFileSync(path, JSON.stringify({ ...spec, target, ...changes }, null, 2));
  return path;
}

/** Removes what the story made, for a lab that stays up. */
export async function removeProduct(place: Place): Promise<void> {
  await kubectl(place, ['delete', 'namespace', 'cognigy-ai', 'mongodb', 'rehelm-system', '--ignore-not-found', '--wait', '--cascade=foreground']);
  await kubectl(place, ['delete', '-k', `${example}/kustomize/overlays/prod`, '--ignore-not-found', '--wait', '--cascade=foreground'], { mayFail: true });
}
