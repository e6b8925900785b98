import { z } from 'zod';
import { byteSize } from './byte-size.js';
import { dataDirectory, serverImage } from './data-volume.js';
import { reservedDatabases } from './database-copy.js';
import { databaseName } from './database-server.js';
import {
  approval,
  dnsName,
  exposure,
  finalize,
  namespaceName,
  notify,
  onFailure,
  overlay,
  patterns,
  probe,
  releaseName,
  secretRef,
  timeLimit,
  valuesSource,
  workload,
} from './parts.js';
import { redisKeys } from './redis-keys.js';

const values = z.strictObject({
  /** The release's own, or a file. */
  from: z.union([z.literal('release'), valuesSource]).default('release'),
  /** A ValuesMap: what of them is called otherwise in the new chart. */
  migrate: valuesSource.optional(),
  /** Laid over them. */
  set: overlay.default({}),
  /** Paths of the new values that get the number of replicas that a workload of the old release was found with. */
  replicas: z.record(z.string(), workload).default({}),
});

const target = z.strictObject({
  chart: z.string().min(1),
  version: z.string().min(1),
  registry: z.strictObject({ secretRef: secretRef.shape.secretRef, plainHttp: z.literal(true).optional() }).optional(),
  values: values.prefault({}),
  /** What of the values the new chart does not read. */
  unread: z.enum(['refuse', 'report']).default('refuse'),
  readyWithin: timeLimit.default(900),
});

/** Beside the release. */
const passwordKey = z.strictObject({ secretRef: z.strictObject({ name: dnsName, key: z.string().min(1) }) });

/** `service`: in the release's namespace. */
const server = z.strictObject({
  service: dnsName,
  port: z.number().int().min(1).max(65_535).default(5432),
  /** A superuser. */
  user: z.string().min(1).default('postgres'),
  password: passwordKey,
});

const notAhead =
  'old and new server are behind one Service, and the old one is gone before the new one is there: nothing can be copied ahead. Take dump or copy';

const database = z.strictObject({
  engine: z.literal('postgresql'),
  name: databaseName,
  from: server,
  to: server,
  /** `copy` reads the old volume by a server of the run's own; `auto`: copy where `volume` says how, else dump. */
  mode: z.enum(['auto', 'dump', 'copy'], { error: ({ input }) => (input === 'precopy' ? notAhead : undefined) }).default('auto'),
  backup: z
    .strictObject({ claim: dnsName.optional(), size: z.union([z.literal('auto'), byteSize]).default('auto'), storageClass: dnsName.optional() })
    .prefault({}),
  /** Of `copy`: the old server's volume, one of `replaceVolumes`, and an image with its programs. */
  volume: z
    .strictObject({
      claim: dnsName,
      data: dataDirectory.default('.'),
      user: z.strictObject({ uid: z.number().int().min(1), gid: z.number().int().min(1) }),
      ...serverImage,
    })
    .optional(),
});

const whole = z.strictObject({
  apiVersion: z.literal('rehelm.dev/v1alpha1'),
  kind: z.literal('ChartUpgrade'),
  metadata: z.strictObject({ name: dnsName }),
  source: z.strictObject({ namespace: namespaceName, release: releaseName }),
  target,
  /** By which the new chart comes up with nothing but what the databases need. */
  installEmpty: overlay.default({}),
  /** Who writes: stopped first. The rest of the release goes when it is uninstalled. */
  quiesce: z.array(workload).min(1),
  /** Claims of the release whose volumes the new one gets under the same names. */
  keepVolumes: patterns.optional(),
  /** Claims of the release whose names the new one fills anew; the old volumes are kept until the finalize. */
  replaceVolumes: patterns.optional(),
  secrets: z.strictObject({ regenerate: z.array(dnsName).default([]) }).prefault({}),
  databases: z.array(database).default([]),
  /** Of the new release, once it runs. */
  redis: z.array(redisKeys).default([]),
  probes: z.array(probe).default([]),
  traffic: z.strictObject({ hold: z.array(exposure).min(1), closed: z.strictObject({ set: overlay }).optional() }),
  approval,
  onFailure,
  finalize,
  notify,
});

type Whole = z.output<typeof whole>;
type Clash = readonly [path: readonly (string | number)[], message: string];

function clashesOf({ databases }: Whole): readonly Clash[] {
  return databases.flatMap(({ name, mode, volume }, index): readonly Clash[] => [
    ...(databases.findIndex((other) => other.name === name) < index ? [[['databases', index, 'name'], `database ${name} is listed twice`] as const] : []),
    ...(reservedDatabases.postgresql.includes(name)
      ? [[['databases', index, 'name'], `${name} is the server's own: never copied, never written`] as const]
      : []),
    ...(mode === 'copy' && !volume
      ? [[['databases', index, 'volume'], 'a copy reads the old volume: say which, and an image with its programs'] as const]
      : []),
    ...(mode === 'dump' && volume ? [[['databases', index, 'volume'], 'nobody would read it: say mode: copy, or leave this away'] as const] : []),
  ]);
}

/** kind: ChartUpgrade. Unknown keys are refused: nothing is silently ignored. */
export const chartUpgradeSchema = whole
  .superRefine((spec, context) => {
    for (const [path, message] of clashesOf(spec)) context.addIssue({ code: 'custom', path: [...path], message });
  })
  .describe('Old and new release have one name and one namespace. No database stands twice, and none of those that the server keeps for itself.');

export type ChartUpgradeSpec = z.output<typeof chartUpgradeSchema>;
