import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { parse } from 'yaml';
import { imageNames } from '../../lab/images/image-catalog.js';
import { postgresToHaSchema } from '../../src/model/schema/postgres-to-ha.js';
import { readSpec } from '../../src/model/schema/read-spec.js';
import { describeWith, helm, type Manifest, ofKind, rendered, secretsNeeded } from './cognigy-manifests.js';

const folder = join(import.meta.dirname, '../../examples/keycloak-ha');
type Version = '1' | '2';
const versions: readonly Version[] = ['1', '2'];
const chart = (version: Version) => join(folder, `charts/sso-${version}`);
const userValues = (version: Version) => ['--values', join(folder, version === '1' ? 'values.yaml' : 'values-ha.yaml')];

const asUser = (version: Version, ...sets: readonly string[]) =>
  rendered('sso', chart(version), 'iam', ...userValues(version), ...sets.flatMap((set) => ['--set', set]));
const names = (manifests: readonly Manifest[], kind: string) => [...ofKind(manifests, kind).keys()].sort();
const workloads = (manifests: readonly Manifest[]) => manifests.filter(({ kind }) => /^(Deployment|StatefulSet)$/.test(kind));
const member = 'sso-postgresql-ha-postgresql';
const pooler = 'sso-postgresql-ha-pgpool';
const podOf = (manifests: readonly Manifest[], kind: string, name: string) => ofKind(manifests, kind).get(name)!['spec'].template;
const settings = (manifests: readonly Manifest[], name: string, file: string): string => ofKind(manifests, 'ConfigMap').get(`${name}-settings`)!['data'][file];
const secretOf = (manifests: readonly Manifest[], name: string) =>
  Object.fromEntries(
    Object.entries<string>(ofKind(manifests, 'Secret').get(name)!['data']).map(([key, value]) => [key, Buffer.from(value, 'base64').toString()]),
  );

describeWith({ helm }, 'the charts of SSO', () => {
  it.each(versions)('%s.x passes lint with the user’s values, and asks for images that the lab can make', (version) => {
    expect(
      execFileSync(helm!, ['lint', '--strict', chart(version), ...userValues(version)], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }),
    ).toContain('0 chart(s) failed');
    const images = workloads(asUser(version)).flatMap(({ spec }) => spec.template.spec.containers.map(({ image }: Manifest) => image));
    expect(images.filter((image) => !imageNames().includes(image))).toEqual([]);
    expect(images).toEqual(
      expect.arrayContaining(version === '1' ? ['lab.local/sso:1.4.0', 'lab.local/postgres:15'] : ['lab.local/sso:2.0.0', 'lab.local/postgres-ha:15']),
    );
  });

  it('has the names that the guide’s products have', () => {
    const [old, now] = [asUser('1'), asUser('2')];
    expect([names(old, 'StatefulSet'), names(old, 'Deployment')]).toEqual([['sso-keycloak', 'sso-postgresql'], []]);
    expect([names(now, 'StatefulSet'), names(now, 'Deployment')]).toEqual([['sso-keycloak', member], [pooler]]);
    expect(names(old, 'Service')).toEqual(['sso-keycloak', 'sso-keycloak-headless', 'sso-postgresql', 'sso-postgresql-headless']);
    expect(names(now, 'Service')).toEqual(['sso-keycloak', 'sso-keycloak-headless', pooler, member, `${member}-headless`]);
    expect([names(old, 'Secret'), names(now, 'Secret')]).toEqual([
      ['sso-keycloak', 'sso-postgresql'],
      ['sso-keycloak', pooler, member],
    ]);
    expect([names(old, 'Ingress'), names(now, 'Ingress')]).toEqual([['sso-keycloak'], ['sso-keycloak']]);
    for (const [manifests, set] of [
      [old, 'sso-postgresql'],
      [now, member],
    ] as const)
      expect(ofKind(manifests, 'StatefulSet').get(set)!['spec'].volumeClaimTemplates[0].metadata.name).toBe('data');
  });

  it('lets a plain upgrade pass: of the service, what no upgrade can change is the same', () => {
    const fixed = (version: Version) => {
      const { replicas: _, template: __, ...spec } = ofKind(asUser(version), 'StatefulSet').get('sso-keycloak')!['spec'];
      return spec;
    };
    expect(fixed('2')).toEqual(fixed('1'));
  });

  it.each(versions)('%s.x: every workload and every Service finds its own pods and nobody else’s', (version) => {
    const manifests = asUser(version);
    const found = (selector: Record<string, string>) =>
      workloads(manifests)
        .filter(({ spec }) => Object.entries(selector).every(([key, value]) => spec.template.metadata.labels[key] === value))
        .map(({ metadata }) => metadata.name);
    for (const { metadata, spec } of workloads(manifests)) expect(found(spec.selector.matchLabels)).toEqual([metadata.name]);
    for (const [name, { spec }] of ofKind(manifests, 'Service')) expect([name, found(spec.selector)]).toEqual([name, [name.replace(/-headless$/, '')]]);
  });

  it.each(versions)('%s.x: pods need no Secret that the chart does not make', (version) => {
    const manifests = asUser(version);
    expect([...secretsNeeded(workloads(manifests))].filter((name) => !names(manifests, 'Secret').includes(name))).toEqual([]);
  });

  it('leads the service to the single database, and then to pgpool', () => {
    const address = (version: Version) => JSON.stringify(podOf(asUser(version), 'StatefulSet', 'sso-keycloak').spec.containers[0].env);
    expect(address('1')).toContain('"sso-postgresql:5432"');
    expect(address('2')).toContain(`"${pooler}:5432"`);
  });

  it('takes passwords from the values, else makes them', () => {
    expect(secretOf(asUser('1', 'postgresql.auth.password=a', 'postgresql.auth.postgresPassword=b'), 'sso-postgresql')).toEqual({
      password: 'a',
      'postgres-password': 'b',
    });
    const given = asUser('2', ...['password=a', 'postgresPassword=b', 'repmgrPassword=c'].map((set) => `postgresql-ha.postgresql.${set}`));
    expect(secretOf(given, member)).toEqual({ password: 'a', 'postgres-password': 'b', 'repmgr-password': 'c' });
    const made = expect.stringMatching(/^\w{20}$/);
    expect(secretOf(asUser('2'), member)).toEqual({ password: made, 'postgres-password': made, 'repmgr-password': made });
    expect(secretOf(asUser('2'), 'sso-keycloak')).toEqual({ 'admin-password': 'lab-only-B4salt' });
  });

  it('comes up with one primary and no service, and becomes three without a change to a member’s pod', () => {
    const one = asUser('2', 'postgresql-ha.postgresql.replicaCount=1', 'keycloak.replicas=0');
    const three = asUser('2');
    const replicas = (manifests: readonly Manifest[]) => ['sso-keycloak', member].map((name) => ofKind(manifests, 'StatefulSet').get(name)!['spec'].replicas);
    expect([replicas(one), replicas(three)]).toEqual([
      [0, 1],
      [2, 3],
    ]);
    expect(podOf(one, 'StatefulSet', member)).toEqual(podOf(three, 'StatefulSet', member));
    expect(podOf(one, 'Deployment', pooler)).not.toEqual(podOf(three, 'Deployment', pooler));
    expect(settings(one, pooler, 'pgpool.conf').match(/^backend_hostname/gm)).toHaveLength(1);
    expect(settings(three, pooler, 'pgpool.conf').match(/^backend_hostname/gm)).toHaveLength(3);
  });

  it('waits for a standby only when asked to, by the members’ names, and never with one member', () => {
    const synchronous = (...sets: readonly string[]) =>
      /synchronous_standby_names = (.*)/.exec(settings(asUser('2', ...sets.map((set) => `postgresql-ha.postgresql.${set}`)), member, 'postgresql.conf'))?.[1];
    expect(synchronous('syncReplication=false')).toBe("''");
    expect(synchronous()).toBe(`'ANY 1 ("${member}-0", "${member}-1", "${member}-2")'`);
    expect(synchronous('replicaCount=1')).toBe("''");
  });

  it('migrates itself only when asked to: a Job before the upgrade and one after it, with the spec of just this release', () => {
    expect(names(asUser('2'), 'Job')).toEqual([]);
    const manifests = asUser('2', 'rehelm.enabled=true', 'rehelm.image=rehelm:1', 'rehelm.server=https://rehelm.example.com', 'rehelm.tokenSecret.name=rehelm');
    const moments = ['post-upgrade', 'pre-upgrade'];
    expect(names(manifests, 'Job')).toEqual(moments.map((moment) => `sso-rehelm-${moment}`));
    for (const moment of moments) {
      const name = `sso-rehelm-${moment}`;
      const { metadata, spec } = ofKind(manifests, 'Job').get(name)!;
      expect(metadata.annotations).toMatchObject({ 'helm.sh/hook': moment, 'helm.sh/hook-delete-policy': 'before-hook-creation,hook-succeeded' });
      expect(spec.template.spec.containers[0].args).toEqual(['hook', moment, '--file', '/spec/spec.yaml']);
      const given = parse(ofKind(manifests, 'ConfigMap').get(name)!['data']['spec.yaml']);
      expect(readSpec(postgresToHaSchema, given)).toMatchObject({
        ...{ upgrade: 'hooks', approval: 'none', source: { namespace: 'iam', release: 'sso', statefulSet: 'sso-postgresql', service: 'sso-postgresql' } },
        target: { version: '2.0.0', primary: member, pooler: { service: pooler, user: 'keycloak' } },
      });
    }
  });

  it('runs the scripts of the databases that are drilled', () => {
    const scripts = ofKind(asUser('2'), 'ConfigMap').get('sso-postgresql-ha-scripts')!['data'];
    expect(Object.keys(scripts)).toEqual(expect.arrayContaining(['member.sh', 'pgpool.sh', 'roles.sql', 'watch.sh']));
    const known = JSON.stringify(podOf(asUser('2'), 'StatefulSet', member).spec.containers[0].env);
    for (const [, variable] of scripts['roles.sql'].matchAll(/^\\getenv \w+ (\w+)/gm)) expect(known).toContain(`"${variable}"`);
  });
});
