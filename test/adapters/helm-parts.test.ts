import { chartFacts } from '../../src/adapters/helm/chart-facts.js';
import { helmFailure } from '../../src/adapters/helm/errors.js';
import { parseManifest } from '../../src/adapters/helm/manifest.js';
import { registryConfig } from '../../src/adapters/helm/registry.js';
import { decodeRelease, encodeRelease, spliceFailed } from '../../src/adapters/helm/release-codec.js';
import type { Ended } from '../../src/adapters/process/run.js';
import type { Secret } from '../../src/model/kube-object.js';

const failing = (type: string, message = /./) => expect.objectContaining({ type, message: expect.stringMatching(message) });

describe('a release record', () => {
  const record = (status: string, more = '') =>
    `{"name":"r","info":{"description":"say \\"status\\":\\"pending-install\\" {","status":"${status}"},"config":{"id":9007199254740993${more}},"version":1}`;

  test('is decoded and encoded back to the same text', () => {
    expect(decodeRelease(encodeRelease(record('deployed')))).toBe(record('deployed'));
  });

  test('without compression is read, too', () => {
    expect(decodeRelease(Buffer.from(Buffer.from('{"a":1}').toString('base64')).toString('base64'))).toBe('{"a":1}');
  });

  test.each(['pending-install', 'pending-upgrade', 'pending-rollback'])('that is %s becomes failed, with its large integers as they were', (status) => {
    expect(spliceFailed(record(status))).toBe(record('failed'));
  });

  test.each(['deployed', 'failed', 'superseded', 'uninstalling'])('that is %s is left alone, whatever stands elsewhere in it', (status) => {
    expect(spliceFailed(record(status, ',"status":"pending-install"'))).toBeUndefined();
  });
});

describe('a manifest', () => {
  test('is read as Helm reads it', () => {
    const text =
      '---\n# Source: a\nkind: ConfigMap\napiVersion: v1\ndata: {on: yes, mode: 0644, time: 2020-01-01, at: 12:30:00, big: 1_000, twice: 1, twice: 2}\n---\n---\n# nothing\n---\nkind: List\nitems: [{kind: A}, {kind: B}]\n';
    expect(parseManifest(text)).toEqual([
      { kind: 'ConfigMap', apiVersion: 'v1', data: { true: true, mode: 420, time: '2020-01-01', at: '12:30:00', big: 1000, twice: 2 } },
      { kind: 'A' },
      { kind: 'B' },
    ]);
    expect(parseManifest('')).toEqual([]);
  });

  test('that is broken is refused without being quoted', () => {
    expect(() => parseManifest('a: [canary')).toThrow(/^(?!.*canary).*no YAML/s);
  });
});

describe('helm’s words', () => {
  const ended = (stderr: string, more: Partial<Ended> = {}): Ended => ({ exitCode: 1, stdout: '', stderr, cancelled: false, overflowed: false, ...more });

  test.each([
    ['Error: UPGRADE FAILED: another operation (install/upgrade/rollback) is in progress', 'HelmLocked'],
    [
      'Error: Unable to continue with install: Service "x" in namespace "y" exists and cannot be imported into the current release: invalid ownership metadata',
      'HelmOwnership',
    ],
    ['Error: Kubernetes cluster unreachable: Get "https://10.0.0.1/version": dial tcp 10.0.0.1:443: connect: connection refused', 'Unreachable'],
    ['Error: UPGRADE FAILED: secrets is forbidden: User "u" cannot list resource "secrets"', 'Forbidden'],
    ['Error: UPGRADE FAILED: pre-upgrade hooks failed: timed out waiting for the condition', 'TimedOut'],
    ['Error: UPGRADE FAILED: cannot patch "db" with kind StatefulSet: updates to statefulset spec for fields other than', 'HelmFailed'],
    ["Error: values don't meet the specifications of the schema(s) in the following chart(s)", 'HelmFailed'],
    ['Error: failed to authorize: unexpected status from HEAD request: 401 Unauthorized', 'HelmFailed'],
  ])('%s → %s', (stderr, type) => {
    expect(helmFailure('x', ended(stderr))).toEqual(failing(type));
  });

  test('warnings are left out, secrets of the values too', () => {
    const stderr = 'WARNING: Kubernetes configuration file is group-readable\nlevel=WARN msg="x"\nError: cannot use canary-1 or canary-2 for api\n';
    const values = { auth: { rootPassword: 'canary-1' }, tokens: ['canary-2'], name: 'api' };
    expect(helmFailure('install', ended(stderr), values).message).toBe('install: cannot use … or … for api');
  });

  test('a helm that was killed is worth another try', () => {
    expect(helmFailure('x', { stdout: '', stderr: '', signal: 'SIGKILL', cancelled: false, overflowed: false })).toEqual(failing('Unreachable', /SIGKILL/));
  });
});

describe('a registry’s credentials', () => {
  const secret = (data: Record<string, string>): Secret => ({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'reg', namespace: 'shop' },
    data: Object.fromEntries(Object.entries(data).map(([key, text]) => [key, Buffer.from(text).toString('base64')])),
  });

  test('come from a docker config as it is, or from user name and password for the chart’s host', () => {
    expect(registryConfig(secret({ '.dockerconfigjson': '{"auths":{}}' }), 'oci://r/x')).toBe('{"auths":{}}');
    const made = registryConfig(secret({ username: 'u', password: 'p:w' }), 'oci://registry.example:5000/charts/shop');
    expect(JSON.parse(made)).toEqual({ auths: { 'registry.example:5000': { auth: Buffer.from('u:p:w').toString('base64') } } });
  });

  test('that are no credentials are refused by the name of their Secret', () => {
    expect(() => registryConfig(secret({ user: 'canary' }), 'oci://r/x')).toThrow(/^(?!.*canary).*shop\/reg/s);
    expect(() => registryConfig(secret({ username: 'u', password: 'p' }), '/charts/shop')).toThrow(/no oci/);
  });
});

test('dependencies that are missing are found in helm’s table', () => {
  const table = 'NAME\tVERSION\tREPOSITORY\tSTATUS  \nfoo \t1.0.0  \toci://x/y \tmissing \ntiny\t1.2.3  \t          \tunpacked\nbare\t1.0.0\t\tmissing\n\n';
  expect(chartFacts('name: a\nversion: 1.10\n', table)).toMatchObject({ name: 'a', missingDependencies: ['foo', 'bare'] });
  expect(chartFacts('name: a\nversion: "1.10.0"\n', 'WARNING: no dependencies at charts\n').missingDependencies).toEqual([]);
});
