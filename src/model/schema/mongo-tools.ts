import { z } from 'zod';

/** MongoDB: the image whose mongodump and mongorestore do the work, as the `mongo` images have them. PostgreSQL's tools are in the copier's own. */
export const mongoTools = z.strictObject({ image: z.string().min(1) });

/** Where MongoDB's tools are wanted, and nobody says where they are. */
export const toolsMissing = [['tools'], "name the image with MongoDB's tools: tools: {image: mongo:7.0}"] as const;

interface Asked {
  readonly server: { readonly engine: 'postgresql' | 'mongodb' };
  readonly artifact: { readonly s3?: unknown; readonly staging?: unknown };
  readonly tools?: unknown;
}

/** What a backup or a restore of one engine needs or cannot have, with what to do instead: path and message. */
export function mongoClashes({ server, artifact: { s3, staging }, tools }: Asked): readonly (readonly [path: readonly string[], message: string])[] {
  if (server.engine === 'postgresql')
    return tools === undefined ? [] : [[['tools'], "PostgreSQL's tools are in the copier's image, each in the version that fits: leave this away"]];
  return [
    ...(tools === undefined ? [toolsMissing] : []),
    ...(s3 === undefined ? [] : [[['artifact', 's3'], 'mongodump reads and writes files: keep the backup on a volume, and copy that to S3'] as const]),
    ...(staging === undefined ? [] : [[['artifact', 'staging'], 'archives of MongoDB are made where they stay: leave this away'] as const]),
  ];
}
