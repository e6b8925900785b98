import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { imageNames } from '../../lab/images/image-catalog.js';
import { describeWith, helm, type Manifest, ofKind, rendered, secretsNeeded } from './cognigy-manifests.js';

const folder = join(import.meta.dirname, '../../examples/live-agent');
const chart = (version: Version) => join(folder, 'charts', `live-agent-${version}`);
const userValues = ['--values', join(folder, 'values.yaml')];
const release = 'cognigy-live-agent';

type Version = '4.43' | '4.44';
const versions: readonly Version[] = ['4.43', '4.44'];

const render = (version: Version, ...flags: readonly string[]) => rendered(release, chart(version), 'live-agent', ...flags);
const asUser = (version: Version, ...sets: readonly string[]) => render(version, ...userValues, ...sets.flatMap((set) => ['--set', set]));
const names = (manifests: readonly Manifest[], kind: string) => [...ofKind(manifests, kind).keys()].sort();
const workloads = (manifests: readonly Manifest[]) => manifests.filter(({ kind }) => /^(Deployment|StatefulSet|Job)$/.test(kind));
const postgresql = (manifests: readonly Manifest[]) => ofKind(manifests, 'StatefulSet').get(`${release}-postgresql`);
/** Random passwords are not what a key changes. */
const comparable = (manifests: readonly Manifest[]) =>
  JSON.stringify(manifests.map((each) => (each.kind === 'Secret' ? { ...each, data: Object.keys(each['data']) } : each)));
const secretOf = (manifests: readonly Manifest[], part: string) =>
  Object.entries<string>(ofKind(manifests, 'Secret').get(`${release}-${part}`)?.['data'] ?? {}).map(([key, value]) => [
    key,
    Buffer.from(value, 'base64').toString(),
  ]);

describeWith({ helm }, 'the charts of Live Agent', () => {
  it.each(versions)('%s passes lint with the user’s values, and asks for images that the lab can make', (version) => {
    const lint = execFileSync(helm!, ['lint', '--strict', chart(version), ...userValues], { encoding: 'utf8' });
    expect(lint).toContain('0 chart(s) failed');
    const images = workloads(asUser(version)).flatMap(({ spec }) => spec.template.spec.containers.map(({ image }: Manifest) => image));
    expect(images.filter((image) => !imageNames().includes(image))).toEqual([]);
    expect(new Set(images)).toContain(`lab.local/live-agent:${version}.0`);
    expect(new Set(images)).toContain(`lab.local/postgres:${version === '4.43' ? 11 : 15}`);
  });

  it('keeps the names of databases, Services, claims and Secrets, so that old and new cannot live side by side; but the app is renamed', () => {
    const [old, now] = [asUser('4.43'), asUser('4.44')];
    for (const kind of ['StatefulSet', 'Service', 'PersistentVolumeClaim', 'Secret', 'Ingress', 'Job'])
      expect([kind, names(now, kind)]).toEqual([kind, names(old, kind)]);
    expect(names(old, 'StatefulSet')).toEqual(['postgresql', 'redis-master', 'redis-replicas'].map((part) => `${release}-${part}`));
    expect(names(old, 'Deployment')).toEqual([release, `${release}-odata`, `${release}-worker`]);
    expect(names(now, 'Deployment')).toEqual(['app', 'odata', 'worker'].map((part) => `${release}-${part}`));
    expect(names(render('4.44'), 'Service')).toContain('cognigy-live-agent-app');
  });

  it('changes what no upgrade can change: the selector of every workload that keeps its name', () => {
    const [old, now] = [asUser('4.43'), asUser('4.44')].map((manifests) => new Map(workloads(manifests).map((each) => [each.metadata.name, each])));
    const kept = [...old!.keys()].filter((name) => now!.has(name) && old!.get(name)!.kind !== 'Job');
    expect(kept).toHaveLength(5);
    for (const name of kept) expect([name, now!.get(name)!['spec'].selector]).not.toEqual([name, old!.get(name)!['spec'].selector]);
  });

  it.each(versions)('%s: every workload and every Service finds its own pods and nobody else’s', (version) => {
    const manifests = asUser(version);
    const found = (selector: Record<string, string>) =>
      workloads(manifests)
        .filter(({ spec }) => Object.entries(selector).every(([key, value]) => spec.template.metadata.labels[key] === value))
        .map(({ metadata }) => metadata.name);
    for (const { kind, metadata, spec } of workloads(manifests)) if (kind !== 'Job') expect(found(spec.selector.matchLabels)).toEqual([metadata.name]);
    const app = version === '4.43' ? release : `${release}-app`;
    expect(Object.fromEntries([...ofKind(manifests, 'Service')].map(([name, { spec }]) => [name, found(spec.selector)]))).toEqual({
      [release]: [app],
      ...Object.fromEntries(['odata', 'postgresql', 'redis-master', 'redis-replicas'].map((part) => [`${release}-${part}`, [`${release}-${part}`]])),
      [`${release}-postgresql-headless`]: [`${release}-postgresql`],
      [`${release}-redis-headless`]: [`${release}-redis-master`, `${release}-redis-replicas`],
    });
  });

  it.each(versions)('%s: pods need no Secret and no claim that the chart does not make', (version) => {
    const manifests = asUser(version);
    expect([...secretsNeeded(workloads(manifests))].filter((name) => !names(manifests, 'Secret').includes(name))).toEqual([]);
    const claims = workloads(manifests).flatMap(({ spec }) =>
      (spec.template.spec.volumes ?? []).flatMap((volume: Manifest) => volume['persistentVolumeClaim']?.claimName ?? []),
    );
    expect(new Set(claims)).toEqual(new Set(names(manifests, 'PersistentVolumeClaim')));
    expect(claims).toHaveLength(2);
  });

  it.each([
    ['postgresql.postgresqlDatabase=other', 'postgresql.auth.database=other'],
    ['postgresql.postgresqlUsername=other', 'postgresql.auth.username=other'],
    ['postgresql.enabled=false,postgresql.postgresqlHost=other', 'postgresql.enabled=false,postgresql.host=other'],
    ['postgresql.enabled=false,postgresql.postgresqlHost=h,postgresql.postgresqlPort=7', 'postgresql.enabled=false,postgresql.host=h,postgresql.port=7'],
    ['postgresql.existingSecret=other', 'postgresql.auth.existingSecret=other'],
    [
      'postgresql.existingSecret=s,postgresql.existingPasswordSecretKey=other',
      'postgresql.auth.existingSecret=s,postgresql.auth.secretKeys.adminPasswordKey=other',
    ],
    ['postgresql.persistence.size=1Ti', 'postgresql.primary.persistence.size=1Ti'],
  ])('what %s is to 4.43, %s is to 4.44; neither reads the other’s', (before, after) => {
    const changes = (version: Version, set: string) => {
      // what else is set stays set, so that the last key alone is looked at
      const rest = (version === '4.43' ? before : after).split(',').slice(0, -1);
      const base =
        rest.length === 0 ? [] : [rest.join(',').replace('postgresql.enabled=false', 'postgresql.enabled=false,postgresql.host=h,postgresql.postgresqlHost=h')];
      return comparable(asUser(version, ...base, set.split(',').at(-1)!)) !== comparable(asUser(version, ...base));
    };
    expect([changes('4.43', before), changes('4.44', after), changes('4.43', after), changes('4.44', before)]).toEqual([true, true, false, false]);
  });

  it('takes passwords from the values: 4.43 the user’s, 4.44 from new keys only, else it makes them', () => {
    expect(secretOf(asUser('4.43'), 'postgresql')).toEqual([['postgresql-password', 'lab-only-Gr4nit']]);
    expect(secretOf(asUser('4.43'), 'redis')).toEqual([['redis-password', 'lab-only-R3dfox']]);
    const given = asUser('4.44', 'postgresql.auth.postgresPassword=a', 'postgresql.auth.password=b', 'redis.auth.password=c');
    expect(secretOf(given, 'postgresql')).toEqual([
      ['postgres-password', 'a'],
      ['password', 'b'],
    ]);
    expect(secretOf(given, 'redis')).toEqual([['redis-password', 'c']]);
    const made = secretOf(asUser('4.44'), 'postgresql');
    expect(made.map(([, value]) => value)).toEqual([expect.stringMatching(/^\w{20}$/), expect.stringMatching(/^\w{20}$/)]);
    expect(secretOf(asUser('4.44'), 'redis')).not.toEqual([['redis-password', 'lab-only-R3dfox']]);
  });

  it.each(versions)('%s: without a database of its own it asks where the other is, and keeps its password', (version) => {
    expect(() => asUser(version, 'postgresql.enabled=false')).toThrow(/where the database is/);
    const elsewhere = asUser(version, 'postgresql.enabled=false', `postgresql.${version === '4.43' ? 'postgresqlHost' : 'host'}=db.example.com`);
    expect(postgresql(elsewhere)).toBeUndefined();
    expect(JSON.stringify(ofKind(elsewhere, 'Deployment').get(`${release}-worker`))).toContain('db.example.com:5432');
    expect(names(elsewhere, 'Secret')).toContain(`${release}-postgresql`);
  });

  it.each(versions)('%s: the database is told to end at once, whoever is still connected', (version) => {
    expect(postgresql(asUser(version))!['spec'].template.spec.containers[0].lifecycle.preStop.exec.command.join(' ')).toBe('sh -c kill -INT 1');
  });

  it('4.44 comes up empty as the guide wants it', () => {
    const empty = asUser('4.44', 'app.replica=0', 'worker.replica=0', 'odata.enabled=false', 'migration.enabled=false');
    expect([...ofKind(empty, 'Deployment').values()].map(({ metadata, spec }) => [metadata.name, spec.replicas])).toEqual([
      [`${release}-app`, 0],
      [`${release}-worker`, 0],
    ]);
    expect(names(empty, 'Job')).toEqual([]);
    expect(names(empty, 'StatefulSet')).toHaveLength(3);
  });

  it('4.44 refuses what its schema knows better, and says nothing of keys that it does not read', () => {
    expect(() => asUser('4.44', 'app.replica=two')).toThrow(/app.replica|\/app\/replica/);
    expect(() => asUser('4.44', 'migration.enable=false')).toThrow(/enable/);
    expect(() => asUser('4.44', 'postgresql.postgresqlDatabase=x', 'redis.password=x')).not.toThrow();
  });

  it('the user’s values hold both keys that no list names', () => {
    const values = parse(readFileSync(join(folder, 'values.yaml'), 'utf8'));
    expect(values).toMatchObject({ redis: { password: expect.any(String) }, postgresql: { persistence: { size: '20Gi' } } });
  });
});
