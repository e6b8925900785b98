import { execFileSync } from 'node:child_process';
import { globSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { describeWith, helm, type Manifest } from './cognigy-manifests.js';

const charts = join(import.meta.dirname, '../../examples/failover-drill/charts');

function render(chart: string, ...values: readonly string[]): ReadonlyMap<string, Manifest> {
  const args = ['template', chart, join(charts, chart), '--namespace', 'drill', ...values.flatMap((value) => ['--set', value])];
  const yaml = execFileSync(helm!, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, HELM_NO_PLUGINS: '1' } });
  const manifests: readonly Manifest[] = parseAllDocuments(yaml).flatMap((document) => document.toJS() ?? []);
  return new Map(manifests.map((manifest) => [`${manifest.kind} ${manifest.metadata.name}`, manifest]));
}

const podOf = (manifests: ReadonlyMap<string, Manifest>, name: string) => manifests.get(name)!['spec'].template;
const databases = ['postgres-repmgr', 'postgres-patroni'];

describeWith({ helm }, 'the charts of things that are drilled', () => {
  it.each([
    ['postgres-repmgr', 'StatefulSet pg', 'member'],
    ['postgres-repmgr', 'Deployment pgpool', 'pooler'],
    ['postgres-patroni', 'StatefulSet pg', 'member'],
    ['stateless', 'Deployment web', 'web'],
  ])('%s: the pods of %s say what they are and leave a node that is gone after 10 s', (chart, workload, component) => {
    const { metadata, spec } = podOf(render(chart), workload);
    expect(metadata.labels).toMatchObject({ 'app.kubernetes.io/name': chart, 'app.kubernetes.io/instance': chart, 'app.kubernetes.io/component': component });
    expect(spec.tolerations.map(({ effect, tolerationSeconds }: Manifest) => [effect, tolerationSeconds])).toEqual(Array(2).fill(['NoExecute', 10]));
  });

  it.each(databases)('%s: members have a node each and none of the clients', (chart) => {
    const { affinity } = podOf(render(chart), 'StatefulSet pg').spec;
    expect(affinity.podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution[0].topologyKey).toBe('kubernetes.io/hostname');
    expect(JSON.stringify(affinity.nodeAffinity)).toContain('{"key":"kubernetes.io/hostname","operator":"NotIn","values":["n4"]}');
  });

  it.each(databases)('%s: only with a fence is a member that does not answer ended, and then at once', (chart) => {
    const containerWith = (fence: boolean) => podOf(render(chart, `fence=${fence}`), 'StatefulSet pg').spec.containers[0];
    expect(containerWith(true).livenessProbe.terminationGracePeriodSeconds).toBe(1);
    expect(containerWith(false)).not.toHaveProperty('livenessProbe');
  });

  it('repmgr: strict names the members, loose names none, and the difference restarts nobody', () => {
    const [strict, loose] = [render('postgres-repmgr'), render('postgres-repmgr', 'synchronous=loose')];
    const settings = (manifests: ReadonlyMap<string, Manifest>) => manifests.get('ConfigMap pg-settings')!['data']['postgresql.conf'];
    expect(settings(strict)).toContain(`synchronous_standby_names = 'ANY 1 ("pg-0", "pg-1", "pg-2")'`);
    expect(settings(loose)).toContain("synchronous_standby_names = ''");
    for (const workload of ['StatefulSet pg', 'Deployment pgpool']) expect(podOf(strict, workload)).toEqual(podOf(loose, workload));
  });

  it('Patroni: strict is its synchronous mode, without a way around unless asked for', () => {
    const settings = (...values: readonly string[]) => render('postgres-patroni', ...values).get('ConfigMap pg-config')!['data']['patroni.yml'];
    expect(settings()).toMatch(/synchronous_mode: true\s+synchronous_mode_strict: true/);
    expect(settings('synchronousModeStrict=false')).toMatch(/synchronous_mode: true\s+synchronous_mode_strict: false/);
    expect(settings('synchronous=loose')).toMatch(/synchronous_mode: false\s+synchronous_mode_strict: false/);
  });

  it.each(databases)('%s: the login names its Service, and one that is given is not made', (chart) => {
    const secret = render(chart).get('Secret drill-login')!;
    expect(Object.keys(secret['data']).sort()).toEqual(['database', 'host', 'password', 'port', 'user']);
    const [service] = Buffer.from(secret['data'].host, 'base64').toString().split('.');
    expect(render(chart).has(`Service ${service}`)).toBe(true);
    expect(render(chart, 'login.existingSecret=mine').has('Secret drill-login')).toBe(false);
  });

  it.each(databases)('%s: a mistyped profile is refused', (chart) => {
    expect(() => render(chart, 'synchronous=strikt')).toThrow('synchronous');
  });

  it('stateless: one replica at a time may be away on purpose', () => {
    expect(render('stateless').get('PodDisruptionBudget web')?.['spec']).toMatchObject({ maxUnavailable: 1 });
  });
});

test.each(globSync('*/files/*.sh', { cwd: charts }))('%s is a script that bash can read', (script) => {
  expect(() => execFileSync('bash', ['-n', join(charts, script)])).not.toThrow();
});
