import type { Container, PodSpec } from '../../model/kube-object.js';
import { type ChartPods, containersOf } from './chart-pods.js';

/** The levels that a namespace can enforce. */
export type PodSecurityLevel = 'privileged' | 'baseline' | 'restricted';

export const enforceLabel = 'pod-security.kubernetes.io/enforce';

interface SecurityContext {
  readonly privileged?: boolean;
  readonly allowPrivilegeEscalation?: boolean;
  readonly runAsNonRoot?: boolean;
  readonly runAsUser?: number;
  readonly procMount?: string;
  readonly seccompProfile?: { readonly type?: string };
  readonly capabilities?: { readonly add?: readonly string[]; readonly drop?: readonly string[] };
}

/** What a container may use of its node without being privileged. */
const baselineCapabilities = new Set(
  'AUDIT_WRITE CHOWN DAC_OVERRIDE FOWNER FSETID KILL MKNOD NET_BIND_SERVICE SETFCAP SETGID SETPCAP SETUID SYS_CHROOT'.split(' '),
);
const restrictedVolumes = new Set(['configMap', 'csi', 'downwardAPI', 'emptyDir', 'ephemeral', 'persistentVolumeClaim', 'projected', 'secret']);

/**
 * Why the server would not let these pods into a namespace of that level. The parts of the standards that charts meet; SELinux, AppArmor, sysctls
 * and Windows are left to the server.
 * @see https://kubernetes.io/docs/concepts/security/pod-security-standards/
 */
export function podSecurityObjections(level: PodSecurityLevel, pods: readonly ChartPods[]): readonly string[] {
  if (level === 'privileged') return [];
  return pods.flatMap(({ owner, spec }) => {
    const reasons = [...baseline(spec), ...(level === 'restricted' ? restricted(spec) : [])];
    return reasons.length === 0 ? [] : [`${owner}: ${reasons.join(', ')}`];
  });
}

function baseline(pod: PodSpec): readonly string[] {
  const shared = ['hostNetwork', 'hostPID', 'hostIPC'].filter((field) => pod[field] === true);
  const hostPaths = (pod.volumes ?? []).filter((volume) => volume['hostPath'] !== undefined).map(({ name }) => `hostPath volume ${name}`);
  return [...shared, ...hostPaths, ...unconfined('the pod', contextOf(pod)), ...containersOf(pod).flatMap(baselineOf)];
}

function baselineOf(container: Container): readonly string[] {
  const context = contextOf(container);
  const added = (context.capabilities?.add ?? []).filter((capability) => !baselineCapabilities.has(capability));
  const ports = portsOf(container).flatMap(({ hostPort }) => (hostPort ? [`hostPort ${hostPort}`] : []));
  return [
    ...(context.privileged ? [`${container.name} is privileged`] : []),
    ...(context.procMount && context.procMount !== 'Default' ? [`${container.name} mounts /proc ${context.procMount}`] : []),
    ...added.map((capability) => `${container.name} adds ${capability}`),
    ...ports.map((port) => `${container.name} takes ${port}`),
    ...unconfined(container.name, context),
  ];
}

const unconfined = (whose: string, { seccompProfile }: SecurityContext): readonly string[] =>
  seccompProfile?.type === 'Unconfined' ? [`seccomp of ${whose} is Unconfined`] : [];

function restricted(pod: PodSpec): readonly string[] {
  const whole = contextOf(pod);
  const volumes = (pod.volumes ?? []).filter(({ name, hostPath, ...source }) => hostPath === undefined && !hasOnly(source));
  return [...volumes.map(({ name }) => `volume ${name} of a kind that is not allowed`), ...containersOf(pod).flatMap((each) => restrictedOf(each, whole))];
}

/** A volume without a source is an emptyDir. */
const hasOnly = (source: object): boolean => Object.keys(source).every((kind) => restrictedVolumes.has(kind));

function restrictedOf(container: Container, whole: SecurityContext): readonly string[] {
  const context = contextOf(container);
  const { name } = container;
  const seccomp = context.seccompProfile?.type ?? whole.seccompProfile?.type;
  const { add = [], drop = [] } = context.capabilities ?? {};
  const reasons: readonly (readonly [boolean, string])[] = [
    [context.allowPrivilegeEscalation !== false, 'allowPrivilegeEscalation is not false'],
    [(context.runAsNonRoot ?? whole.runAsNonRoot) !== true, 'runAsNonRoot is not true'],
    [(context.runAsUser ?? whole.runAsUser) === 0, 'runs as root'],
    [seccomp !== 'RuntimeDefault' && seccomp !== 'Localhost', 'has no seccompProfile'],
    [!drop.includes('ALL'), 'does not drop ALL capabilities'],
    // Those beyond baseline are told there.
    [add.some((capability) => baselineCapabilities.has(capability) && capability !== 'NET_BIND_SERVICE'), 'adds capabilities'],
  ];
  return reasons.flatMap(([holds, reason]) => (holds ? [`${name}: ${reason}`] : []));
}

const contextOf = (part: { readonly [field: string]: unknown }): SecurityContext => (part['securityContext'] ?? {}) as SecurityContext;

const portsOf = (container: Container) => (container['ports'] ?? []) as readonly { readonly hostPort?: number }[];
