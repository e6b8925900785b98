import type { SetFingerprint } from '../../../examples/cognigy/seed/fingerprint.js';
import { type DatabaseState, databaseDifferences, differences, readDatabase } from '../story/database-state.js';
import type { ReleaseState } from '../story/release.js';
import type { Place } from '../story/tools.js';
import { onFiles, query, readRelease, redis } from './product.js';

/** What the product holds, while its database and Redis answer. Kubernetes' objects are in `snapshotWorld` of the story. */
export interface ProductState extends DatabaseState {
  readonly files: SetFingerprint;
  /** Names, sorted. */
  readonly keys: readonly string[];
  /** Absent while there is no release. */
  readonly release?: ReleaseState;
}

/** `like`: a state whose tables and columns alone are looked at, as a migration adds some. */
export async function readState(place: Place, like?: ProductState): Promise<ProductState> {
  const found = await readRelease(place);
  return {
    ...(await readDatabase((sql) => query(place, sql), like)),
    files: JSON.parse(await onFiles(place, 'fingerprintFiles')),
    keys: (await redis(place, ['--scan'])).toSorted(),
    ...(found && { release: found }),
  };
}

/** What users would miss: rows, sequences and files, one sentence each. Redis and the release are the product's to change. */
export const dataDifferences = (before: ProductState, after: ProductState): readonly string[] => [
  ...databaseDifferences(before, after),
  ...differences('volume', { files: before.files }, { files: after.files }),
];
