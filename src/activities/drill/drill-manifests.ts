import { labelValue } from '../../adapters/kube/label-value.js';
import { type Act, labels, systemNamespace } from '../../model/act.js';
import type { DrillRequest, Profile } from '../../model/drill.js';
import type { CourseInput } from '../../model/failover-drill.js';
import type { Job, KubeObject, Pod, Secret } from '../../model/kube-object.js';

/** On every pod of a course. */
export const drillLabels = { drill: 'rehelm.dev/drill', role: 'rehelm.dev/role' } as const;

/** A Job that nobody comes back for goes after this time. */
const keepSeconds = 86_400;
/** The driver takes the fault back when it is told to end. */
const graceSeconds = 300;

/** The same whenever the same run asks for the same course: its pods, its Secret, its table, its artifacts. */
export const courseName = (run: string, profile: Profile): string =>
  `drill-${run
    .slice(0, 8)
    .toLowerCase()
    .replaceAll(/[^a-z0-9]/g, '')}-${profile.toLowerCase()}`;

const inSystem = (name: string) => ({ name, namespace: systemNamespace });

/** The request with its credentials. */
export function requestSecret(request: DrillRequest): Secret {
  const data = { 'request.json': Buffer.from(JSON.stringify(request)).toString('base64') };
  return { apiVersion: 'v1', kind: 'Secret', metadata: inSystem(request.name), type: 'rehelm.dev/drill-request', data };
}

type Rule = { readonly apiGroups: readonly string[]; readonly resources: readonly string[]; readonly verbs: readonly string[] };
const rule = (resources: readonly string[], verbs: readonly string[]): Rule => ({ apiGroups: [''], resources, verbs });

/** What driver and guard may do: see nodes, see and delete the target's pods, make hands, write reports. */
export function rights(name: string, target: string): readonly KubeObject[] {
  const rbac = 'rbac.authorization.k8s.io';
  const subject = { kind: 'ServiceAccount', ...inSystem(name) };
  const granted = (kind: 'Role' | 'ClusterRole', metadata: KubeObject['metadata'], rules: readonly Rule[]) => [
    { apiVersion: `${rbac}/v1`, kind, metadata, rules },
    { apiVersion: `${rbac}/v1`, kind: `${kind}Binding`, metadata, roleRef: { apiGroup: rbac, kind, name }, subjects: [subject] },
  ];
  return [
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: inSystem(name) } as KubeObject,
    ...granted('ClusterRole', { name }, [rule(['nodes'], ['get', 'list'])]),
    ...granted('Role', { name, namespace: target }, [rule(['pods'], ['get', 'list', 'delete'])]),
    ...granted('Role', inSystem(name), [rule(['pods'], ['get', 'list', 'create', 'delete']), rule(['secrets'], ['get', 'create'])]),
  ];
}

/** Every object of a course but its Job and its pods, for those who remove them. */
export const rightsOf = (name: string, target: string) =>
  rights(name, target).map(({ apiVersion, kind, metadata: { namespace } }) => ({ apiVersion, kind, name, ...(namespace !== undefined && { namespace }) }));

const podLabels = (name: string, role: string, { run, step }: Act) => ({
  [drillLabels.drill]: name,
  [drillLabels.role]: role,
  [labels.run]: labelValue(run),
  [labels.step]: labelValue(step),
  'app.kubernetes.io/name': 'rehelm-drill',
});

const onNodes = (operator: 'In' | 'NotIn', values: readonly string[]) => ({ matchExpressions: [{ key: 'kubernetes.io/hostname', operator, values }] });

/** Apart from each other always; the guard rather on a member's node, so that the driver, which measures, has one to itself. */
function affinityOf(role: 'driver' | 'guard', name: string, nodes: readonly string[]) {
  const other = role === 'driver' ? 'guard' : 'driver';
  return {
    nodeAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 100, preference: onNodes(role === 'driver' ? 'NotIn' : 'In', nodes) }] },
    podAntiAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: [
        { labelSelector: { matchLabels: { [drillLabels.drill]: name, [drillLabels.role]: other } }, topologyKey: 'kubernetes.io/hostname' },
      ],
    },
  };
}

function podSpec(role: 'driver' | 'guard', { name, image }: DrillRequest, nodes: readonly string[]) {
  const field = (key: string, fieldPath: string) => ({ name: key, valueFrom: { fieldRef: { fieldPath } } });
  const container = {
    name: role,
    image,
    imagePullPolicy: 'IfNotPresent',
    command: ['node', '/app/main.mjs', role],
    env: [
      field('POD_UID', 'metadata.uid'),
      field('NODE_NAME', 'spec.nodeName'),
      { name: 'REHELM_REQUEST', value: '/request/request.json' },
      { name: 'REHELM_LEDGER', value: '/ledger' },
    ],
    // No CPU limit: a throttled generator is late, and a late one measures itself.
    resources: { requests: { cpu: '500m', memory: '128Mi' }, limits: { memory: '1Gi' } },
    securityContext: { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } },
    volumeMounts: [
      { name: 'request', mountPath: '/request', readOnly: true },
      { name: 'ledger', mountPath: '/ledger' },
    ],
  };
  return {
    restartPolicy: 'Never',
    serviceAccountName: name,
    terminationGracePeriodSeconds: role === 'driver' ? graceSeconds : 5,
    securityContext: { runAsNonRoot: true, runAsUser: 65_532, runAsGroup: 65_532, fsGroup: 65_532, seccompProfile: { type: 'RuntimeDefault' } },
    affinity: affinityOf(role, name, nodes),
    containers: [container],
    volumes: [
      { name: 'request', secret: { secretName: name } },
      { name: 'ledger', emptyDir: {} },
    ],
  };
}

const nodesOf = ({ members }: CourseInput): readonly string[] => [...new Set(members.map(({ node }) => node))].sort();

/** Takes the fault back when the driver does not. Its own pod, on another node than the driver. */
export function guardPod(request: DrillRequest, input: CourseInput, act: Act): Pod {
  const metadata = { ...inSystem(`${request.name}-guard`), labels: podLabels(request.name, 'guard', act) };
  return { apiVersion: 'v1', kind: 'Pod', metadata, spec: podSpec('guard', request, nodesOf(input)) };
}

/** One pod, once: a driver that came again would not know what it had done. */
export function driverJob(request: DrillRequest, input: CourseInput, act: Act): Job {
  const template = { metadata: { labels: podLabels(request.name, 'driver', act) }, spec: podSpec('driver', request, nodesOf(input)) };
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: inSystem(`${request.name}-driver`),
    spec: { backoffLimit: 0, ttlSecondsAfterFinished: keepSeconds, template },
  };
}
