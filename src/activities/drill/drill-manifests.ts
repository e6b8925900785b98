import { type Act, systemNamespace } from '../../model/act.js';
import { type DrillRequest, drillLabels, type Profile } from '../../model/drill.js';
import type { CourseInput } from '../../model/failover-drill.js';
import type { Job, KubeObject, Secret } from '../../model/kube-object.js';
import { jobOnce } from '../objects/job-once.js';

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

/** What driver and guard may do: see nodes, and taint one where the spec says so; see and delete the target's pods, and run a program there where it says so; make hands; write reports. */
export function rights(name: string, target: string, { fault, failback }: Partial<Pick<CourseInput, 'fault' | 'failback'>> = {}): readonly KubeObject[] {
  const taint = fault?.stuckPods === 'outOfService' ? ['patch'] : [];
  const rbac = 'rbac.authorization.k8s.io';
  const subject = { kind: 'ServiceAccount', ...inSystem(name) };
  const granted = (kind: 'Role' | 'ClusterRole', metadata: KubeObject['metadata'], rules: readonly Rule[]) => [
    { apiVersion: `${rbac}/v1`, kind, metadata, rules },
    { apiVersion: `${rbac}/v1`, kind: `${kind}Binding`, metadata, roleRef: { apiGroup: rbac, kind, name }, subjects: [subject] },
  ];
  return [
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: inSystem(name) } as KubeObject,
    ...granted('ClusterRole', { name }, [rule(['nodes'], ['get', 'list', ...taint])]),
    ...granted('Role', { name, namespace: target }, [rule(['pods'], ['get', 'list', 'delete']), ...(failback ? [rule(['pods/exec'], ['create', 'get'])] : [])]),
    ...granted('Role', inSystem(name), [rule(['pods'], ['get', 'list', 'create', 'delete']), rule(['secrets'], ['get', 'create'])]),
  ];
}

/** Every object of a course but its Job and its pods, for those who remove them. */
export const rightsOf = (name: string, target: string) =>
  rights(name, target).map(({ apiVersion, kind, metadata: { namespace } }) => ({ apiVersion, kind, name, ...(namespace !== undefined && { namespace }) }));

const field = (name: string, fieldPath: string) => ({ name, valueFrom: { fieldRef: { fieldPath } } });

/** Rather on a node without members: it measures, and must not stand on the one that fails; never on the one where it was misplaced. One pod, once: a driver that came again would not know what it had done. */
export function driverJob({ name, image }: DrillRequest, { members }: CourseInput, act: Act, misplaced?: string): Job {
  const nodes = [...new Set(members.map(({ node }) => node))].sort();
  const notOn = (values: readonly string[]) => ({ matchExpressions: [{ key: 'kubernetes.io/hostname', operator: 'NotIn', values }] });
  const nodeAffinity = {
    preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 100, preference: notOn(nodes) }],
    ...(misplaced !== undefined && { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [notOn([misplaced])] } }),
  };
  const container = {
    name: 'driver',
    image,
    imagePullPolicy: 'IfNotPresent',
    command: ['node', '/app/main.mjs', 'driver'],
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
  const spec = {
    serviceAccountName: name,
    terminationGracePeriodSeconds: graceSeconds,
    securityContext: { runAsNonRoot: true, runAsUser: 65_532, runAsGroup: 65_532, fsGroup: 65_532, seccompProfile: { type: 'RuntimeDefault' } },
    affinity: { nodeAffinity },
    containers: [container],
    volumes: [
      { name: 'request', secret: { secretName: name } },
      // In memory: a write must not wait for a disk that the target's own flushes keep busy. The guard has the second copy.
      { name: 'ledger', emptyDir: { medium: 'Memory' } },
    ],
  };
  const podLabels = { [drillLabels.drill]: name, [drillLabels.role]: 'driver' };
  return jobOnce({ metadata: inSystem(`${name}-driver`), podLabels, spec }, act);
}
