import { z } from 'zod';
import {
  approval,
  dnsName,
  exposure,
  finalize,
  localSecretKeyRef,
  namespaceName,
  notify,
  onFailure,
  patterns,
  probe,
  releaseName,
  secretRef,
  serviceName,
  snapshots,
  timeLimit,
  valuesSource,
  workload,
} from './parts.js';

const source = z.strictObject({
  namespace: namespaceName,
  /** Mandatory: what is not selected is not touched. */
  workloads: z.strictObject({ selector: z.string().min(1, 'a selector is mandatory: what is not selected is not touched') }),
});

const target = z.strictObject({
  namespace: namespaceName,
  release: releaseName,
  chart: z.string().min(1),
  version: z.string().min(1),
  registry: z.strictObject({ secretRef: secretRef.shape.secretRef, plainHttp: z.literal(true).optional() }).optional(),
  values: valuesSource,
  /** Filled in from what was found: a volume's handle, claim or name. */
  set: z.record(z.string(), z.strictObject({ volume: dnsName, field: z.enum(['handle', 'persistentVolume', 'server']) })).default({}),
  compareWithLive: z.enum(['refuse', 'report']).default('refuse'),
  readyWithin: timeLimit.default(900),
});

const change = z.strictObject({
  name: dnsName,
  to: dnsName,
  replace: z.strictObject({ key: z.string().min(1), from: z.string().min(1), to: z.string() }).optional(),
});

const secrets = z.strictObject({
  carry: patterns,
  as: z.literal('fromChart').default('fromChart'),
  change: z.array(change).default([]),
  escrow: z.boolean().default(false),
  /** What to do about a Secret that a pre-install hook of the chart would make anew: put ours back after the install, or refuse. */
  hooks: z.enum(['putBack', 'refuse']).default('putBack'),
});

const user = z.strictObject({
  name: z.string().min(1),
  password: z.union([localSecretKeyRef, z.strictObject({ fromUri: localSecretKeyRef })]),
  roles: z.array(z.union([z.string(), z.strictObject({ role: z.string(), db: z.string() })])).default([]),
});

const mongodb = z.strictObject({
  engine: z.literal('mongodb'),
  at: z.strictObject({
    service: serviceName,
    port: z.number().int().min(1).max(65_535).default(27_017),
    admin: z.strictObject({
      secretRef: z.strictObject({
        namespace: namespaceName,
        name: dnsName,
        userKey: z.string().default('username'),
        passwordKey: z.string().default('password'),
      }),
    }),
    /** The guide wants a multi-replica MongoDB; a single one must be waived with a reason. */
    singleReplica: z.strictObject({ waived: z.strictObject({ by: z.string().min(1), reason: z.string().min(1) }) }).optional(),
  }),
  rename: z.array(z.strictObject({ from: z.string().min(1), to: z.string().min(1), user: user.optional() })).min(1),
});

const whole = z.strictObject({
  apiVersion: z.literal('rehelm.dev/v1alpha1'),
  kind: z.literal('KustomizeToHelm'),
  metadata: z.strictObject({ name: dnsName }),
  source,
  target,
  sourceVersion: z.strictObject({ fromImageTagOf: workload, atLeast: z.string().optional() }).optional(),
  secrets: secrets.optional(),
  volumes: z.array(z.strictObject({ claim: dnsName })).default([]),
  adopt: z.union([z.literal('fromChart'), z.array(z.strictObject({ apiVersion: z.string(), kind: z.string(), name: dnsName }))]).default('fromChart'),
  databases: z.array(mongodb).default([]),
  snapshots: z.strictObject({ default: snapshots }),
  traffic: z.strictObject({ hold: z.array(exposure).min(1), closed: z.strictObject({ set: z.record(z.string(), z.unknown()) }).optional() }),
  probes: z.array(probe).default([]),
  externalAddress: z.strictObject({ service: dnsName, waitForDns: z.array(z.string()).default([]), within: timeLimit.default(3600) }).optional(),
  approval,
  onFailure,
  finalize,
  notify,
});

type Whole = z.output<typeof whole>;
type Clash = readonly [path: readonly (string | number)[], message: string];

/** A list in which a name stands twice: the later one is told. */
const twice = (names: readonly string[], pathOf: (index: number) => readonly (string | number)[], what: string): readonly Clash[] =>
  names.flatMap((name, index) => (names.indexOf(name) < index ? [[pathOf(index), `${what} ${name} is listed twice`] as const] : []));

/** What each part allows and the whole does not. Steps are named after these: two of a name would share one journal entry. */
function clashesOf({ source: from, target: to, volumes, secrets: carried, databases }: Whole): readonly Clash[] {
  const renames = databases.flatMap(({ rename }, database) =>
    rename.map(({ to: name }, index) => ({ name, path: ['databases', database, 'rename', index, 'to'] })),
  );
  const sources = databases.flatMap(({ rename }, database) =>
    rename.map(({ from: name }, index) => ({ name, path: ['databases', database, 'rename', index, 'from'] })),
  );
  return [
    ...(from.namespace === to.namespace ? [[['target', 'namespace'], 'source and target are one namespace: the product moves to another one'] as const] : []),
    ...twice(
      volumes.map(({ claim }) => claim),
      (index) => ['volumes', index, 'claim'],
      'claim',
    ),
    ...twice(
      (carried?.change ?? []).map(({ name }) => name),
      (index) => ['secrets', 'change', index, 'name'],
      'Secret',
    ),
    ...twice(
      renames.map(({ name }) => name),
      (index) => renames[index]!.path,
      'database',
    ),
    ...twice(
      sources.map(({ name }) => name),
      (index) => sources[index]!.path,
      'database',
    ),
  ];
}

/** kind: KustomizeToHelm. Unknown keys are refused: nothing is silently ignored. */
export const kustomizeToHelmSchema = whole
  .superRefine((spec, context) => {
    for (const [path, message] of clashesOf(spec)) context.addIssue({ code: 'custom', path: [...path], message });
  })
  .describe(
    'Source and target are different namespaces. No claim, no Secret to be changed, no database and no name of a database stands twice. Durations are at most 365d; limits of time are longer than 0s.',
  );

export type KustomizeToHelmSpec = z.output<typeof kustomizeToHelmSchema>;
