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

/** A file of a backup as it is kept: encrypted where the backup is. */
export interface BackupPart {
  /** From the backup's own folder on. */
  readonly path: string;
  readonly bytes: number;
  /** Hex. */
  readonly sha256: string;
}

export const backupFormats = ['directory', 'plain'] as const;

/** `directory`: what pg_restore takes, many files, dumped and restored side by side. `plain`: one file of SQL, as the guides have it. */
export type BackupFormat = (typeof backupFormats)[number];
