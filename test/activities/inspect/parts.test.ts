import type { ChartPods } from '../../../src/activities/inspect/chart-pods.js';
import { emptyMatches, matchNames } from '../../../src/activities/inspect/match-names.js';
import { podSecurityObjections } from '../../../src/activities/inspect/pod-security.js';
import { readQuantity } from '../../../src/model/quantity.js';
import { satisfies } from '../../../src/model/version-range.js';

test.each<[string, string, boolean]>([
  ['v1.34.4', '', true],
  ['v1.34.4', '*', true],
  ['v1.34.4', '>=1.21.0-0', true],
  ['v1.34.4', '>= 1.21.0-0 < 1.30.0-0', false],
  ['v1.34.4', '>=1.21, <1.35', true],
  ['v1.34.4', '>1.34', false],
  ['v1.34.4', '>1.33', true],
  ['v1.34.4', '<=1.34', true],
  ['v1.34.4', '<1.34.4', false],
  ['v1.34.4', '=>1.34.4', true],
  ['v1.34.4', '=<1.34.3', false],
  ['v1.34.4', '!=1.34.4', false],
  ['v1.34.4', '^1.21', true],
  ['v2.0.0', '^1.21', false],
  ['v1.34.4', '~1.34.2', true],
  ['v1.34.4', '~1.33', false],
  ['v1.34.4', '~1', true],
  ['v1.34.4', '1.34.x', true],
  ['v1.34.4', '1.x', true],
  ['v1.34.4', '1.33', false],
  ['v1.34.4', '1.21 - 1.35', true],
  ['v1.34.4', '1.21 - 1.33', false],
  ['v1.34.4', '1.21 - 1.23 || >=1.34', true],
  ['v1.34.4+k3s1', '>=1.34.4', true],
  // As Helm does: charts for managed clusters write -0 for this reason.
  ['v1.29.1-eks-508b6b3', '>=1.21.0', false],
  ['v1.29.1-eks-508b6b3', '>=1.21.0-0', true],
  ['v1.29.1-eks-508b6b3', '>=1.21.0-0 <1.30.0', true],
  ['v1.29.4-gke.100', '>=1.30.0-0 || ^1.29.0-0', true],
])('a server %s and a chart that wants "%s": %p', (version, constraint, answer) => {
  expect(satisfies(version, constraint)).toBe(answer);
});

test.each<[unknown, number | undefined]>([
  ['0', 0],
  ['500m', 0.5],
  ['2', 2],
  [2, 2],
  ['0.1', 0.1],
  ['1Ki', 1024],
  ['1.5Gi', 1_610_612_736],
  ['1k', 1000],
  ['1e3', 1000],
  ['12E', 12e18],
  ['-1', -1],
  ['', undefined],
  ['1 Gi', undefined],
  ['much', undefined],
  [undefined, undefined],
])('the quantity %p is %p', (text, amount) => {
  expect(readQuantity(text)).toBe(amount);
});

test('a star stands for any characters, everything else for itself', () => {
  const names = ['app', 'app-1', 'myapp', 'a.p', 'axp', 'redis-persistent.password'];
  expect(matchNames(['app-*', 'a.p', 'redis-*.password'], names)).toEqual(['app-1', 'a.p', 'redis-persistent.password']);
  expect(matchNames(['*'], names)).toEqual(names);
  expect(emptyMatches(['app', 'ap', '*-9', 'a?p'], names)).toEqual(['ap', '*-9', 'a?p']);
});

const good = { allowPrivilegeEscalation: false, runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' }, capabilities: { drop: ['ALL'] } };
const pod = (spec: object, securityContext: object = good): ChartPods => ({
  owner: 'Deployment web',
  replicas: 1,
  spec: { containers: [{ name: 'main', securityContext }], ...spec },
});

test.each<[string, ChartPods, string]>([
  ['hostPath', pod({ volumes: [{ name: 'logs', hostPath: { path: '/var/log' } }] }), 'hostPath volume logs'],
  ['the node’s network, processes and memory', pod({ hostNetwork: true, hostPID: true, hostIPC: true }), 'hostNetwork, hostPID, hostIPC'],
  ['privilege', pod({}, { ...good, privileged: true }), 'main is privileged'],
  ['a port of the node', pod({ initContainers: [{ name: 'init', securityContext: good, ports: [{ hostPort: 80 }] }] }), 'init takes hostPort 80'],
  ['capabilities', pod({}, { ...good, capabilities: { drop: ['ALL'], add: ['SYS_ADMIN', 'NET_BIND_SERVICE'] } }), 'main adds SYS_ADMIN'],
  ['no seccomp', pod({ securityContext: { seccompProfile: { type: 'Unconfined' } } }), 'seccomp of the pod is Unconfined'],
  ['an unmasked /proc', pod({}, { ...good, procMount: 'Unmasked' }), 'main mounts /proc Unmasked'],
])('baseline and restricted refuse %s, privileged allows it', (_, pods, reason) => {
  expect(podSecurityObjections('baseline', [pods])).toEqual([`Deployment web: ${reason}`]);
  expect(podSecurityObjections('restricted', [pods])).toEqual([`Deployment web: ${reason}`]);
  expect(podSecurityObjections('privileged', [pods])).toEqual([]);
});

test('restricted wants more than baseline: told for each container', () => {
  const lax = pod({ volumes: [{ name: 'disk', nfs: {} }, { name: 'tmp', emptyDir: {} }, { name: 'none' }] }, {});
  expect(podSecurityObjections('baseline', [lax])).toEqual([]);
  expect(podSecurityObjections('restricted', [lax])).toEqual([
    'Deployment web: volume disk of a kind that is not allowed, main: allowPrivilegeEscalation is not false, main: runAsNonRoot is not true, main: has no seccompProfile, main: does not drop ALL capabilities',
  ]);
});

test('what the pod says holds for containers that say nothing', () => {
  const whole = { securityContext: { runAsNonRoot: true, seccompProfile: { type: 'Localhost' } } };
  expect(podSecurityObjections('restricted', [pod(whole, { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } })])).toEqual([]);
  expect(podSecurityObjections('restricted', [pod({}, { ...good, runAsUser: 0 })])).toEqual(['Deployment web: main: runs as root']);
});
