import { z } from 'zod';
import { backupPlace } from './backup-place.js';
import { reservedDatabases } from './database-copy.js';
import { databaseName, databaseServer, longestName } from './database-server.js';
import { mongoClashes, mongoTools } from './mongo-tools.js';
import { approval, dnsName, finalize, notify, onFailure, secretKeyRef, timeLimit } from './parts.js';

const pair = z.strictObject({
  /** Its name in the backup. */
  from: databaseName,
  to: databaseName.refine((name) => Buffer.byteLength(name) <= longestName, `expected at most ${longestName} bytes: it is called something longer for a while`),
  /** Without it a database of that name is refused. */
  replace: z.literal(true).optional(),
});

const whole = z.strictObject({
  apiVersion: z.literal('rehelm.dev/v1alpha1'),
  kind: z.literal('DatabaseRestore'),
  metadata: z.strictObject({ name: dnsName }),
  server: databaseServer,
  artifact: backupPlace,
  /** Its name, which is the run that made it. */
  backup: z.string().regex(/^[A-Za-z0-9][-\w.]{0,127}$/, 'expected the name of a backup: letters, digits, -, _ and .'),
  databases: z.array(pair).min(1),
  tools: mongoTools.optional(),
  decrypt: secretKeyRef.optional(),
  jobs: z.number().int().min(1).max(16).default(2),
  within: timeLimit.default(43_200),
  approval,
  onFailure,
  finalize,
  notify,
});

type Clash = readonly [path: readonly (string | number)[], message: string];

const clashesOf = (spec: z.output<typeof whole>): readonly Clash[] => [
  ...mongoClashes(spec),
  ...(spec.server.engine === 'mongodb' && spec.decrypt ? [[['decrypt'], 'no backup of MongoDB is encrypted: leave this away'] as const] : []),
  ...spec.databases.flatMap(({ to, replace }, index): readonly Clash[] => {
    const path = ['databases', index, 'to'];
    const { engine } = spec.server;
    const isTwice = spec.databases.findIndex((other) => other.to === to) < index;
    return [
      ...(isTwice ? [[path, `database ${to} is listed twice`] as const] : []),
      ...(reservedDatabases[engine].includes(to) ? [[path, `${to} is the server's own: nothing is restored over it`] as const] : []),
      ...(replace && engine === 'mongodb'
        ? [
            [
              ['databases', index, 'replace'],
              `MongoDB gives no database another name: restore ${to} under one that is free, and point the product there`,
            ] as const,
          ]
        : []),
    ];
  }),
];

/** kind: DatabaseRestore. Unknown keys are refused: nothing is silently ignored. */
export const databaseRestoreSchema = whole
  .superRefine((spec, context) => {
    for (const [path, message] of clashesOf(spec)) context.addIssue({ code: 'custom', path: [...path], message });
  })
  .describe(
    'No database is restored into twice, and none of those that the server keeps for itself. MongoDB: from a volume, with `tools`, and under names that are free.',
  );

export type DatabaseRestoreSpec = z.output<typeof databaseRestoreSchema>;
