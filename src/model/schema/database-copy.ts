import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { byteSize } from './byte-size.js';
import { dataVolume, serverImage } from './data-volume.js';
import { databaseName, databaseServer } from './database-server.js';
import { mongoTools, toolsMissing } from './mongo-tools.js';
import { approval, dnsName, finalize, notify, onFailure, writers } from './parts.js';

/** How much worse than before the copy the source may do before connections are taken off it; they come back once it is well. */
export const sourceGuard = z.union([
  z.literal('off'),
  z.strictObject({
    /** Its answer to a trivial question, while others are connected. */
    replyMs: z.number().int().min(1).exactOptional(),
    /** Sessions of others that wait for its disk or memory. */
    waitingSessions: z.number().int().min(0).exactOptional(),
    /** The standby furthest behind. */
    standbyLagSeconds: z.number().int().min(1).exactOptional(),
  }),
]);

/** Everything in the window. */
const inWindow = z.strictObject({
  mode: z.literal('copy').default('copy'),
  connections: z.number().int().min(1).max(32).default(4),
  /** A table or collection above this is cut into units of about this size: what a pod's death can cost per connection. */
  unitSize: byteSize.refine((bytes) => bytes <= 2 ** 30, 'at most 1Gi').default(256 * 2 ** 20),
  /** Of all connections together; without it as fast as it goes. */
  bytesPerSecond: byteSize.optional(),
  /** MongoDB: the databases' own users, with their passwords, and custom roles. PostgreSQL's roles always come along. */
  accounts: z.boolean().default(false),
  /** PostgreSQL. */
  guard: sourceGuard.optional(),
});

/** Most of it before the window, by logical replication, while users work. PostgreSQL only. */
const ahead = z.strictObject({
  mode: z.literal('precopy'),
  /** WAL that may pile up on the source's disk until the cutover; above it the copy is given up. Without a default: how much is free there, only its operator knows. */
  slotLimit: byteSize,
  /** `before`: users wait until both sides are read. `after`: they are let in at once, and a difference is found when they have written. */
  prove: z.enum(['before', 'after']).default('before'),
});

/** Everything in the window, by mongodump piped into mongorestore: whole databases, one after another. MongoDB only. */
const byTools = z.strictObject({
  mode: z.literal('tools'),
  /** Collections side by side. */
  connections: z.number().int().min(1).max(16).default(4),
});

const copy = z.discriminatedUnion('mode', [inWindow, ahead, byTools]);

/** MongoDB: how writers are shut out. `writeBlock` stops the whole server, and its bypass must be the administrator's that the spec names. */
const fence = z.strictObject({
  prefer: z.enum(['roles', 'writeBlock']).default('roles'),
  /** `name` or `name@database` of users who keep their rights. */
  allowUsers: z.array(z.string().min(1)).default([]),
});

/** Where old and new server cannot run side by side: the old one is among the writers, and its data are read by a server of the run's own, in an image of the old version. */
const volume = z.strictObject({ ...dataVolume, ...serverImage });

const whole = z.strictObject({
  apiVersion: z.literal('rehelm.dev/v1alpha1'),
  kind: z.literal('DatabaseCopy'),
  metadata: z.strictObject({ name: dnsName }),
  source: databaseServer,
  target: databaseServer,
  writers: writers.optional(),
  volume: volume.optional(),
  fence: fence.optional(),
  databases: z.array(z.strictObject({ from: databaseName, to: databaseName })).min(1),
  copy: copy.prefault({}),
  /** Of `mode: tools`. */
  tools: mongoTools.optional(),
  approval,
  onFailure,
  finalize,
  notify,
});

type Whole = z.output<typeof whole>;
type Clash = readonly [path: readonly (string | number)[], message: string];

/** Names that the engines and their HA tools keep for themselves: never copied, never written. */
export const reservedDatabases: Readonly<Record<Whole['source']['engine'], readonly string[]>> = {
  postgresql: ['postgres', 'template0', 'template1', 'repmgr', 'rehelm'],
  mongodb: ['admin', 'local', 'config', 'rehelm'],
};

/** What stands against a copy ahead, whatever is found. */
function clashesAhead({ source, target, volume, copy: { mode } }: Whole): readonly Clash[] {
  if (mode !== 'precopy') return [];
  const isOne = isDeepStrictEqual([source.at.service, source.at.host, source.at.port], [target.at.service, target.at.host, target.at.port]);
  const reasons = [
    ...(source.engine === 'postgresql' ? [] : ['only PostgreSQL replicates to a server of another version']),
    ...(volume ? ['a volume is read once its server is stopped, and a copy ahead follows one that runs'] : []),
    ...(isOne ? ['source and target are behind one Service, and never run side by side'] : []),
  ];
  return reasons.map((reason) => [['copy', 'mode'], `${reason}: take mode: copy`]);
}

/** What MongoDB's own tools need, and who they are not for. */
function clashesWithTools({ source, copy: { mode }, tools }: Whole): readonly Clash[] {
  if (mode !== 'tools') return tools ? [[['tools'], 'nobody would use them: say copy: {mode: tools}, or leave this away']] : [];
  if (source.engine !== 'mongodb') return [[['copy', 'mode'], 'these are tools of MongoDB: take mode: copy']];
  return tools ? [] : [toolsMissing];
}

function clashesInNames({ target, databases }: Whole): readonly Clash[] {
  const reserved = reservedDatabases[target.engine];
  return (['from', 'to'] as const).flatMap((side) =>
    databases.flatMap(({ [side]: name }, index): readonly Clash[] => {
      const path = ['databases', index, side];
      const isTwice = databases.findIndex((other) => other[side] === name) < index;
      return [
        ...(isTwice ? [[path, `database ${name} is listed twice`] as const] : []),
        ...(reserved.includes(name) ? [[path, `${name} is the server's own: never copied, never written`] as const] : []),
      ];
    }),
  );
}

/** What only the other engine has. */
function clashesWithEngine({ source, fence: wish, copy: how }: Whole): readonly Clash[] {
  const { accounts, guard } = how.mode === 'copy' ? how : {};
  if (source.engine === 'mongodb') return guard === undefined ? [] : [[['copy', 'guard'], 'only the load of a PostgreSQL is watched: take bytesPerSecond']];
  return [
    ...(wish ? [[['fence'], 'PostgreSQL is fenced in one way only'] as const] : []),
    ...(accounts ? [[['copy', 'accounts'], 'roles of PostgreSQL always come along'] as const] : []),
  ];
}

function clashesOf(spec: Whole): readonly Clash[] {
  const { source, target, writers, volume } = spec;
  const engines: readonly Clash[] = source.engine === target.engine ? [] : [[['target', 'engine'], `the source is ${source.engine}: engines are not crossed`]];
  const ofVolume: readonly Clash[] = [
    ...(volume && source.engine !== 'postgresql' ? [[['volume'], 'only data of PostgreSQL are read from their volume'] as const] : []),
    ...(volume && !writers ? [[['writers'], "who uses the volume is stopped first: name the old server's workloads here, too"] as const] : []),
  ];
  return [...engines, ...ofVolume, ...clashesWithEngine(spec), ...clashesAhead(spec), ...clashesWithTools(spec), ...clashesInNames(spec)];
}

/** kind: DatabaseCopy. Unknown keys are refused: nothing is silently ignored. */
export const databaseCopySchema = whole
  .superRefine((spec, context) => {
    for (const [path, message] of clashesOf(spec)) context.addIssue({ code: 'custom', path: [...path], message });
  })
  .describe('Source and target are servers of one engine. No database stands twice on either side, and none of those that the server keeps for itself.');

export type DatabaseCopySpec = z.output<typeof databaseCopySchema>;
