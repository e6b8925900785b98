import { readFileSync } from 'node:fs';

export const namespace = 'liars';
export const writers = 'writers';
export const controlPort = 8080;
export const login = { user: 'drill', password: 'liars-and-others' };

/** What the drill selects: the proxies, not the servers behind them. */
export const memberLabel = { 'app.kubernetes.io/component': 'member' };

const own = (name: string) => ({ name, namespace });
const fromField = (name: string, fieldPath: string) => ({ name, valueFrom: { fieldRef: { fieldPath } } });
const fromLogin = (name: string, key: string) => ({ name, valueFrom: { secretKeyRef: { name: 'drill-login', key } } });
const resources = { requests: { cpu: '100m', memory: '128Mi' } };
const logins = [fromLogin('LOGIN_USER', 'user'), fromLogin('LOGIN_PASSWORD', 'password')];

/** Driver and guard find two nodes without any of these. */
const onTwoNodes = (app: string) => ({
  nodeAffinity: {
    requiredDuringSchedulingIgnoredDuringExecution: {
      nodeSelectorTerms: [{ matchExpressions: [{ key: 'kubernetes.io/hostname', operator: 'In', values: ['n1', 'n2'] }] }],
    },
  },
  podAntiAffinity: {
    requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey: 'kubernetes.io/hostname', labelSelector: { matchLabels: { app } } }],
  },
});

const headless = (name: string, app: string) => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: own(name),
  spec: { clusterIP: 'None', publishNotReadyAddresses: true, selector: { app }, ports: [{ name: 'postgresql', port: 5432 }] },
});

function pair(name: string, service: string, labels: object, spec: object): object {
  return {
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata: own(name),
    spec: {
      serviceName: service,
      replicas: 2,
      podManagementPolicy: 'Parallel',
      selector: { matchLabels: { app: name } },
      template: {
        metadata: { labels: { app: name, ...labels } },
        spec: { automountServiceAccountToken: false, affinity: onTwoNodes(name), ...spec },
      },
    },
  };
}

const servers = pair(
  'pg',
  'pg',
  {},
  {
    securityContext: { runAsUser: 999, runAsGroup: 999, fsGroup: 999 },
    containers: [
      {
        name: 'postgres',
        image: 'lab.local/postgres-ha:15',
        imagePullPolicy: 'IfNotPresent',
        command: ['bash', '-c', readFileSync('test/e2e/drill/liars/server.sh', 'utf8')],
        env: [fromField('POD_NAME', 'metadata.name'), ...logins],
        readinessProbe: { exec: { command: ['pg_isready', '-q', '-h', '127.0.0.1'] }, periodSeconds: 2, timeoutSeconds: 5 },
        resources,
        volumeMounts: [{ name: 'data', mountPath: '/data' }],
      },
    ],
    volumes: [{ name: 'data', emptyDir: {} }],
  },
);

/** A proxy is ready as soon as it runs: it takes part in nothing that a probe could tell, and its outages are meant for users, not for kubelet. */
const proxies = pair('member', 'members', memberLabel, {
  terminationGracePeriodSeconds: 5,
  containers: [
    {
      name: 'proxy',
      image: 'rehelm/liar:dev',
      imagePullPolicy: 'IfNotPresent',
      env: [
        fromField('MEMBER', 'metadata.name'),
        { name: 'UPSTREAM', value: 'pg-$MEMBER.pg:5432' },
        { name: 'LISTEN', value: '0.0.0.0:5432' },
        { name: 'CONTROL', value: `0.0.0.0:${controlPort}` },
        { name: 'PRIMARY', value: `http://member-0.members:${controlPort}` },
        ...logins,
      ],
      resources,
      // for the black hole
      securityContext: { capabilities: { add: ['NET_ADMIN'] } },
    },
  ],
});

/** A primary and a replica that streams from it, a proxy before each, and the users' way in: through the primary's proxy. */
export const manifests: readonly object[] = [
  // What no admin says anything of is production.
  { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace, labels: { 'rehelm.dev/production': 'false' } } },
  { apiVersion: 'v1', kind: 'Secret', metadata: own('drill-login'), stringData: login },
  headless('pg', 'pg'),
  headless('members', 'member'),
  {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: own(writers),
    spec: { selector: { 'statefulset.kubernetes.io/pod-name': 'member-0' }, ports: [{ name: 'postgresql', port: 5432 }] },
  },
  servers,
  proxies,
];
