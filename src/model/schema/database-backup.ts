import { z } from 'zod';
import { backupFormats } from '../backup.js';
import { backupPlace } from './backup-place.js';
import { reservedDatabases } from './database-copy.js';
import { databaseName, postgresServer } from './database-server.js';
import { dnsName, notify, onFailure, timeLimit } from './parts.js';

/** Nothing is changed that users see: who wants may start it without being asked again. */
export const startApproval = z
  .union([z.literal('none'), z.strictObject({ start: z.union([z.literal('none'), z.strictObject({ onDrift: z.literal('ask').default('ask') })]) })])
  .default({ start: { onDrift: 'ask' } });

const ageRecipient = z.string().regex(/^age1[0-9a-z]{20,}$/, 'expected an age recipient: age1…');

const whole = z.strictObject({
  apiVersion: z.literal('rehelm.dev/v1alpha1'),
  kind: z.literal('DatabaseBackup'),
  metadata: z.strictObject({ name: dnsName }),
  server: postgresServer,
  databases: z.union([z.literal('all'), z.array(databaseName).min(1)], 'expected all, or a list of names'),
  artifact: backupPlace,
  format: z.enum(backupFormats).default('directory'),
  encrypt: z.strictObject({ recipients: z.array(ageRecipient).min(1) }).optional(),
  jobs: z.number().int().min(1).max(16).default(2),
  within: timeLimit.default(21_600),
  approval: startApproval,
  onFailure,
  notify,
});

/** kind: DatabaseBackup. Unknown keys are refused: nothing is silently ignored. */
export const databaseBackupSchema = whole
  .superRefine(({ databases }, context) => {
    if (databases === 'all') return;
    for (const [index, name] of databases.entries()) {
      const message = reservedDatabases.postgresql.includes(name) ? `${name} is the server's own: it is not backed up` : `database ${name} is listed twice`;
      if (reservedDatabases.postgresql.includes(name) || databases.indexOf(name) < index)
        context.addIssue({ code: 'custom', path: ['databases', index], message });
    }
  })
  .describe('No database stands twice, and none of those that the server keeps for itself.');

export type DatabaseBackupSpec = z.output<typeof databaseBackupSchema>;
