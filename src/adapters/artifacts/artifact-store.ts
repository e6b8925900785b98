/** What is kept of a file. */
export interface StoredFile {
  /** From the store's own folder on, slashes between: `7f3a/manifest.json`. */
  readonly path: string;
  readonly bytes: number;
}

export interface WriteOptions {
  readonly signal: AbortSignal;
  /** About how much will come: some stores want to know how to cut it. */
  readonly expectedBytes: number;
}

/**
 * A place for big files outside of the cluster's own objects: a folder of a volume, or S3-compatible storage. A file is there whole or not at all, whenever the
 * writer dies. Failures are those of src/errors.ts, without secrets: NotFound, NoSpace, Forbidden, Unreachable, BackupFailed for what is left.
 */
export interface ArtifactStore {
  /** For messages: `/backups`, `s3://backups/shop`. */
  readonly name: string;
  /** Replaces what was there. Answers the bytes that were written. */
  write(path: string, content: AsyncIterable<Uint8Array>, options: WriteOptions): Promise<number>;
  /** Moves a local file in; on the same file system without copying it. */
  take(path: string, file: string, signal: AbortSignal): Promise<void>;
  /** False, and nothing written, where the file is there already: of several who come at once one wins. */
  writeOnce(path: string, content: Uint8Array): Promise<boolean>;
  /** NotFound where there is none. */
  read(path: string): Promise<AsyncIterable<Uint8Array>>;
  /** Where it lies for programs that read files themselves; undefined where it does not lie here. Of a folder, too. */
  local(path: string): string | undefined;
  stat(path: string): Promise<StoredFile | undefined>;
  /** Everything under a folder, sorted; '' for all. */
  list(folder: string): Promise<readonly StoredFile[]>;
  /** Under a folder, the files whose writing was begun and has not ended: by somebody who writes still, or was killed. `list` knows nothing of them. Not told where nobody can tell. */
  unfinished(folder: string): Promise<readonly string[]>;
  /** Everything under a folder, or one file, and what is unfinished of it. Safe to repeat. */
  remove(path: string): Promise<void>;
  /** Undefined where there is no such limit. */
  freeBytes(): Promise<number | undefined>;
}
