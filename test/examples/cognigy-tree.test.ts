import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { jobObjects } from '../../examples/cognigy/seed/job.js';
import { layout } from '../../examples/cognigy/seed/layout.js';
import { renamedDatabases, userSecrets, volumeClaims } from '../../examples/cognigy/seed/product-data.js';
import { userOf } from '../../examples/cognigy/seed/seed-mongodb.js';
import { version } from '../../examples/cognigy/service/version.js';
import { kustomizeToHelmSchema } from '../../src/model/schema/kustomize-to-helm.js';
import { builtKustomization, describeWith, folder, kubectl, ofKind, secretsNeeded } from './cognigy-manifests.js';

const yaml = (path: string) => parse(readFileSync(join(folder, path), 'utf8'));
const spec = yaml('spec.yaml');

describe('the spec of the example', () => {
  it('is one that rehelm takes, once the CLI has read its values file', () => {
    const read = kustomizeToHelmSchema.safeParse({ ...spec, target: { ...spec.target, values: { inline: yaml('values_prod.yaml') } } });
    expect(read.success ? [] : read.error.issues).toEqual([]);
  });

  it('asks for the version that chart, image and program have', () => {
    const chart = yaml('chart/Chart.yaml');
    const base = yaml('kustomize/base/kustomization.yaml');
    expect([spec.target.version, chart.version, chart.appVersion, base.images[0].newTag]).toEqual([version, version, version, version]);
  });

  it('renames what the seed fills', () => {
    const renamed = Object.fromEntries(spec.databases[0].rename.map(({ from, to }: { from: string; to: string }) => [from, to]));
    expect(renamed).toEqual(renamedDatabases);
    expect(layout.map(({ name }) => name)).toEqual(Object.keys(renamed));
  });

  it('shows no secret to its own selector: what seeds or fingerprints carries other labels and another name', () => {
    for (const { metadata } of jobObjects({ role: 'seed', namespace: 'default', rootUri: 'mongodb://x' })) {
      expect(JSON.stringify(metadata)).not.toMatch(/cognigy-ai|"name":"cognigy-/);
    }
  });
});

describeWith({ kubectl }, 'the Kustomize tree', () => {
  const product = builtKustomization('kustomize/overlays/prod');
  const deployments = ofKind(product, 'Deployment');
  const secrets = ofKind(product, 'Secret');
  const text = (name: string, key: string) => Buffer.from(secrets.get(name)?.['data'][key] ?? '', 'base64').toString();

  it('has at least 12 services of different size, and few enough pods for two cores', () => {
    const services = [...deployments.keys()].filter((name) => name.startsWith('service-'));
    const replicas = [...deployments.values()].map(({ spec: { replicas: count } }) => count);
    expect(services.length).toBeGreaterThanOrEqual(12);
    expect(new Set(replicas)).toEqual(new Set([1, 2, 3]));
    expect(replicas.reduce((sum, count) => sum + count, 0)).toBeLessThanOrEqual(22);
  });

  it('labels everything as part of the product', () => {
    expect(product.filter(({ metadata, kind }) => kind !== 'Secret' && metadata.labels?.['app.kubernetes.io/part-of'] !== 'cognigy-ai')).toEqual([]);
  });

  it('brings every secret that its pods need', () => {
    expect([...secretsNeeded(deployments.values())].filter((name) => !secrets.has(name))).toEqual([]);
  });

  it('names in each connection string the user and database that its secret is for', () => {
    for (const name of userSecrets) {
      const { user, database } = userOf(text(name, 'connection-string'));
      expect([`cognigy-${user}`, `cognigy-${database}`]).toEqual([name, name]);
    }
  });

  it('has a connection string for every database user that the seed creates, and no other', () => {
    const holding = [...secrets.keys()].filter((name) => text(name, 'connection-string').startsWith('mongodb:'));
    expect(new Set(userSecrets)).toEqual(new Set(holding));
  });

  it('has the claims that the spec hands over, the seed’s among them', () => {
    const claims = [...ofKind(product, 'PersistentVolumeClaim').keys()];
    expect(new Set(spec.volumes.map(({ claim }: { claim: string }) => claim))).toEqual(new Set(claims));
    expect(claims).toEqual(expect.arrayContaining(volumeClaims));
  });

  it('has the secrets that the spec changes, with the text that is replaced', () => {
    for (const { name, replace } of spec.secrets.change) expect(text(name, replace.key)).toContain(replace.from);
  });

  it('finds its database at the address and with the root secret of the spec', () => {
    const database = builtKustomization('mongodb');
    const [namespace, service] = spec.databases[0].at.service.split('/');
    expect(ofKind(database, 'Service').get(service)?.metadata.namespace).toBe(namespace);
    expect(Object.keys(ofKind(database, 'Secret').get('mongodb-root')?.['data'])).toEqual(
      expect.arrayContaining([spec.databases[0].at.admin.secretRef.userKey, 'password']),
    );
  });
});
