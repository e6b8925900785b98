import { type DatabaseState, databaseDifferences, readDatabase } from '../story/database-state.js';
import type { ReleaseState } from '../story/release.js';
import type { Place } from '../story/tools.js';
import { query, readRelease } from './product.js';

/** What the product holds, while its database answers. */
export interface ProductState extends DatabaseState {
  /** Absent while there is no release. */
  readonly release?: ReleaseState;
}

/** `like`: a state whose tables and columns alone are looked at. */
export async function readState(place: Place, like?: ProductState): Promise<ProductState> {
  const found = await readRelease(place);
  return { ...(await readDatabase((sql) => query(place, sql), like)), ...(found && { release: found }) };
}

/** What users would miss. */
export const dataDifferences: (before: ProductState, after: ProductState) => readonly string[] = databaseDifferences;
