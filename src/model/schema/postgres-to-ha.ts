import { z } from 'zod';
import { backup, type Clash, chartTarget, databaseClashes, oldVolume, releasedServer, superuser } from './chart-target.js';
import { databaseName } from './database-server.js';
import { approval, dnsName, exposure, finalize, namespaceName, notify, onFailure, overlay, probe, releaseName, workload } from './parts.js';

const statefulSet = workload.refine(({ kind }) => kind === 'StatefulSet', 'expected statefulset/NAME').transform(({ name }) => name);
const service = z
  .string()
  .regex(/^service\/[a-z0-9]([-a-z0-9]*[a-z0-9])?$/, 'expected service/NAME')
  .transform((text) => text.replace('service/', ''));

/** The single server, behind a Service of its own name unless `service` says another. */
const source = z
  .strictObject({ namespace: namespaceName, release: releaseName, statefulSet: dnsName, service: dnsName.optional(), ...superuser })
  .transform(({ service: named, ...given }) => ({ ...given, service: named ?? given.statefulSet }));

const target = z.strictObject({
  ...chartTarget.shape,
  /** The StatefulSet whose pods are the members; the first one is filled, the others clone it. */
  primary: statefulSet,
  ...superuser,
  /** In front of the members, with a role that it lets in: a write that comes through proves that it leads to the primary. */
  pooler: z.strictObject({ service, ...releasedServer.omit({ service: true }).shape }).optional(),
});

const database = z.strictObject({
  engine: z.literal('postgresql'),
  name: databaseName,
  /** `copy` reads the old volume by a server of the run's own once the single one is gone; `auto`: copy where `volume` says how, else dump. */
  mode: z
    .enum(['auto', 'dump', 'copy'], { error: ({ input }) => (input === 'precopy' ? 'helm takes the single server away as it brings the members' : undefined) })
    .default('auto'),
  backup,
  /** Of `copy`: what the single server's volume holds, and an image with its programs. */
  volume: oldVolume.omit({ claim: true }).optional(),
});

const whole = z.strictObject({
  apiVersion: z.literal('rehelm.dev/v1alpha1'),
  kind: z.literal('PostgresToHA'),
  metadata: z.strictObject({ name: dnsName }),
  source,
  target,
  /** `hooks`: the upgrade is a plain `helm upgrade`, whose own hooks start the run, wait for it and let it go on (`rehelm hook`). */
  upgrade: z.enum(['rehelm', 'hooks']).default('rehelm'),
  /** By which the new chart has one member and none who writes, until that member is filled. */
  installEmpty: overlay.default({}),
  /** Who writes: stopped first. */
  quiesce: z.array(workload).min(1),
  databases: z.array(database).min(1),
  /** People and scripts read there how far it is: `state`, `phase`, `backup`, `startedAt`, `completedAt`, `run`. */
  progressConfigMap: dnsName.optional(),
  probes: z.array(probe).default([]),
  traffic: z.strictObject({ hold: z.array(exposure).default([]), closed: z.strictObject({ set: overlay }).optional() }).prefault({}),
  approval,
  onFailure,
  finalize,
  notify,
});

type Whole = z.output<typeof whole>;

/** Whoever runs helm says with which values; and nobody is there to be asked. */
function hookClashes({ upgrade, installEmpty, target: { values }, traffic, approval: said }: Whole): readonly Clash[] {
  if (upgrade === 'rehelm') return [];
  const useless: readonly (readonly [path: readonly string[], given: boolean])[] = [
    [['installEmpty'], Object.keys(installEmpty).length > 0],
    [['target', 'values'], values.from !== 'release' || values.migrate !== undefined || Object.keys({ ...values.set, ...values.replicas }).length > 0],
    [['traffic'], traffic.hold.length > 0 || traffic.closed !== undefined],
  ];
  return [
    ...useless.filter(([, given]) => given).map(([path]) => [path, 'helm is run by somebody else, with values of theirs: leave this away'] as const),
    ...(said === 'none' ? [] : [[['approval'], 'nobody is there to be asked while helm waits for its hook: say none'] as const]),
  ];
}

function clashesOf(spec: Whole): readonly Clash[] {
  const { source, target, databases } = spec;
  return [
    ...hookClashes(spec),
    ...(source.statefulSet === target.primary ? [[['target', 'primary'], `${target.primary} is the single server: helm would keep it`] as const] : []),
    ...databaseClashes(databases),
  ];
}

/** kind: PostgresToHA. Unknown keys are refused: nothing is silently ignored. */
export const postgresToHaSchema = whole
  .superRefine((spec, context) => {
    for (const [path, message] of clashesOf(spec)) context.addIssue({ code: 'custom', path: [...path], message });
  })
  .describe(
    'One release, whose next chart has members with a primary among them in place of one server. No database stands twice, and none of the server’s own.',
  );

export type PostgresToHaSpec = z.output<typeof postgresToHaSchema>;
