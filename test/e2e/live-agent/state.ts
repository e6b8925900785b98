import type { SetFingerprint } from '../../../examples/cognigy/seed/fingerprint.js';
import { type Columns, columnsSql, fingerprintSql, sequencesSql, type TableFingerprint } from '../../../examples/shared/fingerprint-sql.js';
import type { Place } from '../story/tools.js';
import { helm, onFiles, query, redis, release } from './product.js';

/** The newest record of the release. */
export interface ReleaseState {
  readonly revision: number;
  readonly status: string;
  /** `live-agent-4.43.0` */
  readonly chart: string;
}

/** What the product holds, while its database and Redis answer. Kubernetes' objects are in `snapshotWorld` of the story. */
export interface ProductState {
  readonly columns: Columns;
  readonly tables: Readonly<Record<string, TableFingerprint>>;
  /** Last values; null: never used. */
  readonly sequences: Readonly<Record<string, number | null>>;
  readonly files: SetFingerprint;
  /** Names, sorted. */
  readonly keys: readonly string[];
  /** Absent while there is no release. */
  readonly release?: ReleaseState;
}

/** `like`: a state whose tables and columns alone are looked at, as a migration adds some. */
export async function readState(place: Place, like?: ProductState): Promise<ProductState> {
  const columns: Columns = like?.columns ?? JSON.parse(await query(place, columnsSql));
  const found = await readRelease(place);
  return {
    columns,
    tables: JSON.parse(await query(place, fingerprintSql(columns))),
    sequences: JSON.parse(await query(place, sequencesSql)),
    files: JSON.parse(await onFiles(place, 'fingerprintFiles')),
    keys: (await redis(place, ['--scan'])).toSorted(),
    ...(found && { release: found }),
  };
}

async function readRelease(place: Place): Promise<ReleaseState | undefined> {
  const { exitCode, stdout } = await helm(place, ['history', release, '--max', '1', '-o', 'json'], { mayFail: true });
  if (exitCode !== 0) return undefined;
  const [{ revision, status, chart }] = JSON.parse(stdout);
  return { revision, status, chart };
}

/** What users would miss: rows, sequences and files, one sentence each. Redis and the release are the product's to change. */
export function dataDifferences(before: ProductState, after: ProductState): readonly string[] {
  const differ = (what: string, of: Readonly<Record<string, unknown>>, now: Readonly<Record<string, unknown>>) =>
    Object.keys(of)
      .filter((name) => JSON.stringify(of[name]) !== JSON.stringify(now[name]))
      .map((name) => `${what} ${name}: ${JSON.stringify(of[name])}, now ${JSON.stringify(now[name]) ?? 'absent'}`);
  return [
    ...differ('table', before.tables, after.tables),
    ...differ('sequence', before.sequences, after.sequences),
    ...differ('volume', { files: before.files }, { files: after.files }),
  ];
}
