import { randomBytes } from 'node:crypto';
import { apply, kubectl, type Place } from '../e2e/story/tools.js';

export const namespace = 'kill';
export const engines = ['postgres', 'mongodb'] as const;
export type Engine = (typeof engines)[number];
export const sides = ['source', 'target'] as const;
export type Side = (typeof sides)[number];

export interface Login {
  readonly name: string;
  readonly password: string;
}

/** A server of each side, as this machine reaches them. */
export interface Servers {
  readonly engine: Engine;
  readonly login: Login;
  readonly address: Readonly<Record<Side, string>>;
}

export const serverName = (engine: Engine, side: Side): string => `${engine}-${side}`;
export const podOf = (engine: Engine, side: Side): string => `${serverName(engine, side)}-0`;
export const adminSecret = (engine: Engine): string => `${engine}-admin`;

const initPostgres = `
if [ ! -s /data/pg/PG_VERSION ]; then
  echo "$PASSWORD" > /tmp/password
  initdb -D /data/pg -U "$NAME" --auth=scram-sha-256 --pwfile=/tmp/password --encoding=UTF8
  echo 'host all all all scram-sha-256' >> /data/pg/pg_hba.conf
fi
exec postgres -D /data/pg -c listen_addresses='*' -c unix_socket_directories=/tmp`;

const ferretdb = `
export FERRETDB_SETUP_USERNAME="$NAME" FERRETDB_SETUP_PASSWORD="$PASSWORD"
exec ferretdb --handler=sqlite --sqlite-url=file:/data/ --state-dir=/data --listen-addr=:27017 --debug-addr= --log-level=warn --telemetry=disable --test-enable-new-auth --setup-database=admin`;

const how: Readonly<Record<Engine, { readonly image: string; readonly script: string; readonly port: number; readonly name: string }>> = {
  postgres: { image: 'lab.local/postgres:15', script: initPostgres, port: 5432, name: 'postgres' },
  mongodb: { image: 'lab.local/ferretdb:1.24.2', script: ferretdb, port: 27_017, name: 'root' },
};

export const portOf = (engine: Engine): number => how[engine].port;

function objectsOf(engine: Engine, side: Side): readonly object[] {
  const { image, script, port } = how[engine];
  const name = serverName(engine, side);
  const labels = { app: name };
  const fromSecret = (key: string) => ({ valueFrom: { secretKeyRef: { name: adminSecret(engine), key } } });
  const container = {
    ...{ name: 'server', image, imagePullPolicy: 'IfNotPresent', command: ['sh', '-ec', script], ports: [{ containerPort: port }] },
    env: [
      { name: 'NAME', ...fromSecret('username') },
      { name: 'PASSWORD', ...fromSecret('password') },
    ],
    readinessProbe: { tcpSocket: { port }, periodSeconds: 1 },
    volumeMounts: [{ name: 'data', mountPath: '/data' }],
  };
  const template = {
    metadata: { labels },
    spec: { securityContext: { runAsUser: 999, runAsGroup: 999, fsGroup: 999 }, terminationGracePeriodSeconds: 10, containers: [container] },
  };
  const claim = { metadata: { name: 'data' }, spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '2Gi' } } } };
  const spec = { serviceName: name, replicas: 1, selector: { matchLabels: labels }, template, volumeClaimTemplates: [claim] };
  return [
    { apiVersion: 'v1', kind: 'Service', metadata: { name, namespace }, spec: { selector: labels, ports: [{ port }] } },
    { apiVersion: 'apps/v1', kind: 'StatefulSet', metadata: { name, namespace }, spec },
  ];
}

/** Starts source and target, each with a volume of its own, so that a restart keeps what is committed. */
export async function startServers(place: Place, engine: Engine): Promise<Servers> {
  const login = { name: how[engine].name, password: `kill-canary-${randomBytes(6).toString('hex')}` };
  const stringData = { username: login.name, password: login.password };
  await apply(place, [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } },
    { apiVersion: 'v1', kind: 'Secret', metadata: { name: adminSecret(engine), namespace }, stringData },
    ...sides.flatMap((side) => objectsOf(engine, side)),
  ]);
  const addressOf = async (side: Side) => {
    const name = serverName(engine, side);
    await kubectl(place, ['rollout', 'status', '-n', namespace, `statefulset/${name}`, '--timeout=180s']);
    return (await kubectl(place, ['get', 'service', '-n', namespace, name, '-o', 'jsonpath={.spec.clusterIP}'])).stdout;
  };
  return { engine, login, address: { source: await addressOf('source'), target: await addressOf('target') } };
}
