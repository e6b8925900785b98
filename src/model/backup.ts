import type { Json } from './kube-object.js';

/** Where backups are kept, as the copier reaches it. That of S3 holds a secret: it travels in a Secret only, never through Temporal. */
export type BackupPlace =
  | {
      readonly kind: 'volume';
      /** Where the claim is mounted. */
      readonly folder: string;
    }
  | {
      readonly kind: 's3';
      /** `https://minio.example.com:9000`; default: AWS's own of the region. */
      readonly endpoint?: string;
      readonly region: string;
      readonly bucket: string;
      /** Before the names of all objects: `backups/shop`. */
      readonly prefix?: string;
      readonly accessKey: { readonly id: string; readonly secret: string };
    };

/** Where backups are kept, as plans name it. Holds no secret. */
export type BackupPlaceRef =
  | { readonly kind: 'volume'; readonly namespace: string; readonly claim: string }
  | {
      readonly kind: 's3';
      readonly endpoint?: string;
      readonly region: string;
      readonly bucket: string;
      readonly prefix?: string;
      readonly secretRef: { readonly namespace: string; readonly name: string; readonly idKey: string; readonly secretKey: string };
    };

/** Where a pod makes or opens what may not lie, or does not lie, in the place itself. It goes with the pod. */
export interface StagingVolume {
  readonly bytes: number;
  readonly storageClass?: string;
}

/** A file of a backup as it is kept: encrypted where the backup is. */
export interface BackupPart {
  /** From the backup's own folder on. */
  readonly path: string;
  readonly bytes: number;
  /** Hex. */
  readonly sha256: string;
}

export const backupFormats = ['directory', 'plain'] as const;

/** Of PostgreSQL. `directory`: what pg_restore takes, many files, dumped and restored side by side. `plain`: one file of SQL, as the guides have it. */
export type BackupFormat = (typeof backupFormats)[number];

export interface BackedUpTable {
  readonly schema: string;
  readonly name: string;
  readonly rows: number;
  /** Of 128 bits, hex; does not depend on the rows' order nor on the server's version. */
  readonly hash: string;
}

export interface BackedUpSequence {
  readonly schema: string;
  readonly name: string;
  readonly last: string;
  readonly isCalled: boolean;
  /** It moved while the dump was made: no snapshot holds a sequence. */
  readonly moved?: true;
}

export const localeProviders = ['libc', 'icu', 'builtin'] as const;

/** By what a database spells and sorts; nothing of it can be changed later. */
export interface DatabaseLocale {
  /** `UTF8` */
  readonly encoding: string;
  readonly collate: string;
  readonly ctype: string;
  /** Absent in backups of releases that did not ask. */
  readonly provider?: (typeof localeProviders)[number];
  /** Of icu and builtin. */
  readonly locale?: string | null;
  /** Of icu. */
  readonly rules?: string | null;
}

/** A database as it stood in the snapshot that was dumped. */
export interface BackedUpDatabase extends DatabaseLocale {
  readonly name: string;
  /** Of its parts: `0`. */
  readonly folder: string;
  /** On the server, with indexes. */
  readonly bytes: number;
  readonly tables: readonly BackedUpTable[];
  readonly sequences: readonly BackedUpSequence[];
  readonly largeObjects: { readonly rows: number; readonly hash: string };
  readonly extensions: readonly string[];
  readonly roles: readonly string[];
}

/** What a collection is besides its documents, as MongoDB's extended JSON. */
export interface ArchivedDefinition {
  readonly options: Json;
  /** Without those that come with the collection itself. */
  readonly indexes: readonly Json[];
}

/** As mongodump read it, users writing meanwhile. */
export interface ArchivedCollection {
  readonly name: string;
  /** Of a time series its buckets are. */
  readonly type: 'collection' | 'timeseries';
  readonly documents: number;
  /** Of 128 bits, hex; independent of the documents' order. */
  readonly hash: string;
  /** Names, without `_id_`. */
  readonly indexes: readonly string[];
  /** Absent in backups of releases that kept names only, and where the archive says nothing of it. */
  readonly definition?: ArchivedDefinition;
}

/** A database of a MongoDB, which is one part of the backup: the archive at `folder`. */
export interface ArchivedDatabase {
  readonly name: string;
  readonly folder: string;
  /** Of the archive. */
  readonly bytes: number;
  readonly collections: readonly ArchivedCollection[];
  readonly views: readonly string[];
  /** By their names; a view whose definition is not known is none of them. */
  readonly viewDefinitions?: Readonly<Record<string, Json>>;
}

interface Manifest {
  readonly backup: string;
  readonly encrypted: boolean;
  readonly startedAt: string;
  readonly endedAt: string;
  readonly parts: readonly BackupPart[];
}

export interface PostgresManifest extends Manifest {
  readonly engine: 'postgresql';
  readonly format: BackupFormat;
  readonly server: { readonly version: string; readonly major: number };
  readonly tool: { readonly name: 'pg_dump'; readonly version: string; readonly major: number };
  readonly databases: readonly BackedUpDatabase[];
}

export interface MongoManifest extends Manifest {
  readonly engine: 'mongodb';
  readonly format: 'archive';
  readonly server: { readonly version: string };
  readonly tool: { readonly name: 'mongodump'; readonly version: string };
  readonly databases: readonly ArchivedDatabase[];
}

/** What a backup is and what must come out of it. Written last: a backup without it is none. */
export type BackupManifest = PostgresManifest | MongoManifest;

/** Of a manifest, what people and plans need. */
export interface BackupSummary {
  readonly backup: string;
  /** Absent in those of releases that knew PostgreSQL only. */
  readonly engine?: BackupManifest['engine'];
  readonly format: BackupManifest['format'];
  readonly encrypted: boolean;
  readonly endedAt: string;
  readonly serverVersion: string;
  readonly toolVersion: string;
  /** Of all parts, as they are kept. */
  readonly bytes: number;
  readonly parts: number;
  /** Of MongoDB collections are the tables, documents the rows. */
  readonly databases: readonly { readonly name: string; readonly bytes: number; readonly tables: number; readonly rows: number }[];
}

type Counted = readonly { readonly rows: number }[];

const tablesOf = (database: BackedUpDatabase | ArchivedDatabase): Counted =>
  'tables' in database ? database.tables : database.collections.map(({ documents }) => ({ rows: documents }));

export const summaryOf = ({ backup, engine, format, encrypted, endedAt, server, tool, databases, parts }: BackupManifest): BackupSummary => ({
  ...{ backup, engine, format, encrypted, endedAt, serverVersion: server.version, toolVersion: tool.version },
  bytes: parts.reduce((sum, { bytes }) => sum + bytes, 0),
  parts: parts.length,
  databases: databases.map((database) => {
    const tables = tablesOf(database);
    return { name: database.name, bytes: database.bytes, tables: tables.length, rows: tables.reduce((sum, { rows }) => sum + rows, 0) };
  }),
});
