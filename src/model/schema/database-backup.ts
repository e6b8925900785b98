import { z } from 'zod';
import { backupFormats } from '../backup.js';
import { backupPlace } from './backup-place.js';
import { reservedDatabases } from './database-copy.js';
import { databaseName, databaseServer } from './database-server.js';
import { mongoClashes, mongoTools } from './mongo-tools.js';
import { dnsName, notify, onFailure, timeLimit } from './parts.js';
import { schedule } from './schedule.js';

/** Nothing is changed that users see: who wants may start it without being asked again. */
export const startApproval = z
  .union([z.literal('none'), z.strictObject({ start: z.union([z.literal('none'), z.strictObject({ onDrift: z.literal('ask').default('ask') })]) })])
  .default({ start: { onDrift: 'ask' } });

const ageRecipient = z.string().regex(/^age1[0-9a-z]{20,}$/, 'expected an age recipient: age1…');

const whole = z.strictObject({
  apiVersion: z.literal('rehelm.dev/v1alpha1'),
  kind: z.literal('DatabaseBackup'),
  metadata: z.strictObject({ name: dnsName }),
  server: databaseServer,
  databases: z.union([z.literal('all'), z.array(databaseName).min(1)], 'expected all, or a list of names'),
  artifact: backupPlace,
  format: z.enum(backupFormats).default('directory'),
  tools: mongoTools.optional(),
  encrypt: z.strictObject({ recipients: z.array(ageRecipient).min(1) }).optional(),
  jobs: z.number().int().min(1).max(16).default(2),
  within: timeLimit.default(21_600),
  approval: startApproval,
  schedule: schedule.optional(),
  onFailure,
  notify,
});

type Clash = readonly [path: readonly (string | number)[], message: string];

function clashesOf(spec: z.output<typeof whole>): readonly Clash[] {
  const { server, databases, format, encrypt } = spec;
  const ofNames = (databases === 'all' ? [] : databases).flatMap((name, index): readonly Clash[] => {
    const path = ['databases', index];
    if (reservedDatabases[server.engine].includes(name)) return [[path, `${name} is the server's own: it is not backed up`]];
    return databases.indexOf(name) < index ? [[path, `database ${name} is listed twice`]] : [];
  });
  if (server.engine === 'postgresql') return [...ofNames, ...mongoClashes(spec)];
  return [
    ...ofNames,
    ...mongoClashes(spec),
    ...(format === 'plain' ? [[['format'], "a backup of MongoDB is mongodump's archive: leave this away"] as const] : []),
    ...(encrypt ? [[['encrypt'], 'archives of MongoDB are not encrypted: give the volume a storage class that encrypts'] as const] : []),
  ];
}

/** kind: DatabaseBackup. Unknown keys are refused: nothing is silently ignored. */
export const databaseBackupSchema = whole
  .superRefine((spec, context) => {
    for (const [path, message] of clashesOf(spec)) context.addIssue({ code: 'custom', path: [...path], message });
  })
  .describe('No database stands twice, and none of those that the server keeps for itself. MongoDB: onto a volume, with `tools`, neither encrypted nor plain.');

export type DatabaseBackupSpec = z.output<typeof databaseBackupSchema>;
