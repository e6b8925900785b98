import { labelValue } from '../../adapters/kube/label-value.js';
import { type Act, labels as ofRun, systemNamespace } from '../../model/act.js';
import type { KubeObject, PodSpec, Secret, Workload } from '../../model/kube-object.js';
import { type DataVolume, privateName, type ServeMode, type ServerImage } from '../../model/private-server.js';
import { containerSecurity, dataContainer, dataMount, dataVolume, pathOf, podSecurity, tolerations } from './data-pod.js';
import { serveScript } from './serve-script.js';

const sockets = { name: 'sockets', mountPath: '/sockets' } as const;
const login = { name: 'login', mountPath: '/login', readOnly: true } as const;
const endSeconds = 120;

/** By which its pods are found, and nobody else's. */
export const serverLabels = ({ claim }: DataVolume) => ({ 'rehelm.dev/private-server': labelValue(privateName(claim)) });

const metadataOf = (volume: DataVolume) => ({ namespace: volume.claim.namespace, name: privateName(volume.claim), labels: serverLabels(volume) });

/** Who knows this is in; the server itself never hears of it. Without it no pod of ours starts: an undo takes it away first. */
export function loginSecret(volume: DataVolume, login: { readonly username: string; readonly password: string }): Secret {
  const data = Object.entries(login).map(([key, value]) => [key, Buffer.from(value).toString('base64')]);
  return { apiVersion: 'v1', kind: 'Secret', metadata: metadataOf(volume), type: 'Opaque', data: Object.fromEntries(data) };
}

/** Made first and taken away last: as long as it is there, something may be left to take back. */
export const serverService = (volume: DataVolume): KubeObject =>
  ({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: metadataOf(volume),
    spec: { selector: serverLabels(volume), ports: [{ name: 'postgresql', port: 5432, targetPort: 5432 }] },
  }) as KubeObject;

/** In come copiers, out goes nothing. Where nobody enforces it, the password stands alone. */
export function serverPolicy(volume: DataVolume): KubeObject {
  const copiers = {
    namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': systemNamespace } },
    podSelector: { matchLabels: { 'app.kubernetes.io/name': 'rehelm-copier' } },
  };
  const spec = {
    podSelector: { matchLabels: serverLabels(volume) },
    policyTypes: ['Ingress', 'Egress'],
    ingress: [{ from: [copiers], ports: [{ protocol: 'TCP', port: 5432 }] }],
    egress: [],
  };
  return { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: metadataOf(volume), spec } as KubeObject;
}

export interface ServerOrder extends DataVolume, ServerImage {
  readonly mode: ServeMode;
  readonly copierImage: string;
}

/** At most one pod, and a new one where its node dies. */
export function serverSet(order: ServerOrder, act: Act): Workload {
  const labels = serverLabels(order);
  const podLabels = { ...labels, [ofRun.run]: labelValue(act.run), [ofRun.step]: labelValue(act.step) };
  const spec = {
    serviceName: privateName(order.claim),
    replicas: 1,
    selector: { matchLabels: labels },
    template: { metadata: { labels: podLabels }, spec: serverPod(order, act.run) },
  };
  return { apiVersion: 'apps/v1', kind: 'StatefulSet', metadata: metadataOf(order), spec };
}

function serverPod(order: ServerOrder, run: string): PodSpec {
  const { data, major, mode, copierImage, pullSecrets = [], claim } = order;
  return {
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    terminationGracePeriodSeconds: endSeconds,
    securityContext: podSecurity(order),
    tolerations,
    ...(pullSecrets.length > 0 && { imagePullSecrets: pullSecrets.map((name) => ({ name })) }),
    initContainers: [dataContainer('hold', copierImage, { act: 'hold', data: pathOf(data), run, major, mode })],
    containers: [serverContainer(order), relayContainer(copierImage)],
    volumes: [
      dataVolume(order),
      { name: sockets.name, emptyDir: { sizeLimit: '16Mi' } },
      { name: 'shm', emptyDir: { medium: 'Memory', sizeLimit: '256Mi' } },
      { name: 'tmp', emptyDir: { sizeLimit: '64Mi' } },
      { name: login.name, secret: { secretName: privateName(claim) } },
    ],
  };
}

const serverContainer = ({ image, binaries = '', data, major, mode }: ServerOrder) => ({
  name: 'postgresql',
  image,
  imagePullPolicy: 'IfNotPresent',
  // In place of the image's own start-up, which would write settings and passwords.
  command: ['sh', '-c', serveScript],
  env: Object.entries({ DATA: pathOf(data), MAJOR: String(major), MODE: mode, SOCKETS: sockets.mountPath, BINARIES: binaries }).map(([name, value]) => ({
    name,
    value,
  })),
  resources: { requests: { cpu: '100m', memory: '256Mi' }, limits: { memory: '2Gi' } },
  securityContext: containerSecurity,
  volumeMounts: [dataMount, sockets, { name: 'shm', mountPath: '/dev/shm' }, { name: 'tmp', mountPath: '/tmp' }],
});

const relayContainer = (image: string) => ({
  name: 'relay',
  image,
  imagePullPolicy: 'IfNotPresent',
  command: ['node', '/app/main.mjs', 'relay'],
  env: Object.entries({ REHELM_LOGIN: login.mountPath, REHELM_SOCKETS: sockets.mountPath }).map(([name, value]) => ({ name, value })),
  ports: [{ name: 'postgresql', containerPort: 5432 }],
  // It listens once the server answers.
  readinessProbe: { tcpSocket: { port: 5432 }, periodSeconds: 1, failureThreshold: 1 },
  resources: { requests: { cpu: '50m', memory: '64Mi' }, limits: { memory: '256Mi' } },
  securityContext: containerSecurity,
  volumeMounts: [sockets, login],
});
