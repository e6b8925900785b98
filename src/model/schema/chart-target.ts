import { z } from 'zod';
import { slugOf } from '../slug.js';
import { byteSize } from './byte-size.js';
import { dataDirectory, serverImage } from './data-volume.js';
import { reservedDatabases } from './database-copy.js';
import { longestName } from './database-server.js';
import { dnsName, overlay, secretRef, timeLimit, valuesSource, workload } from './parts.js';

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

/** The chart that a release is to become. */
export const chartTarget = z.strictObject({
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

const port = z.number().int().min(1).max(65_535).default(5432);

/** A superuser, and where it comes in. */
export const superuser = { port, user: z.string().min(1).default('postgres'), password: passwordKey };

/** `service`: in the release's namespace. */
export const releasedServer = z.strictObject({ service: dnsName, ...superuser });

/** Where dumps lie: a claim beside the release. */
export const backup = z
  .strictObject({ claim: dnsName.optional(), size: z.union([z.literal('auto'), byteSize]).default('auto'), storageClass: dnsName.optional() })
  .prefault({});

/** A directory of the old server, and an image with its programs. */
export const oldVolume = z.strictObject({
  claim: dnsName,
  data: dataDirectory.default('.'),
  user: z.strictObject({ uid: z.number().int().min(1), gid: z.number().int().min(1) }),
  ...serverImage,
});

export type Clash = readonly [path: readonly (string | number)[], message: string];

interface NamedDatabase {
  readonly name: string;
  readonly mode: string;
  readonly volume?: object | undefined;
  readonly backup: { readonly claim?: string | undefined };
}

const backupOf = ({ name, backup: { claim } }: Pick<NamedDatabase, 'name' | 'backup'>): string => claim ?? `of ${slugOf(name)}`;

export const databaseClashes = (databases: readonly NamedDatabase[]): readonly Clash[] =>
  databases.flatMap((database, index): readonly Clash[] => {
    const { name, mode, volume } = database;
    const before = databases.slice(0, index);
    const wrong: readonly (readonly [is: boolean, path: readonly string[], message: string])[] = [
      [before.some((other) => other.name === name), ['name'], `database ${name} is listed twice`],
      [before.some((other) => other.name !== name && backupOf(other) === backupOf(database)), ['backup', 'claim'], 'another dump lies there: name its own'],
      [Buffer.byteLength(name) > longestName, ['name'], `expected at most ${longestName} bytes: it is called something longer for a while`],
      [reservedDatabases.postgresql.includes(name), ['name'], `${name} is the server's own: never copied, never written`],
      [mode === 'copy' && !volume, ['volume'], 'a copy reads the old volume: say which or what it holds, and an image with its programs'],
      [mode === 'dump' && volume !== undefined, ['volume'], 'nobody would read it: say mode: copy, or leave this away'],
    ];
    return wrong.flatMap(([is, path, message]) => (is ? [[['databases', index, ...path], message] as const] : []));
  });
