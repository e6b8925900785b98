import type { OperatorService } from '@temporalio/client';
import { attributes } from '../workflows/engine/search-attributes.js';

/** The part of a connection that knows search attributes; both of the SDK's connections have it. */
export interface OperatorConnection {
  readonly operatorService: Pick<OperatorService, 'listSearchAttributes' | 'addSearchAttributes'>;
}

/** temporal.api.enums.v1.IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD */
const keyword = 2;

const names = Object.values(attributes).map(({ name }) => name);

/** Names that are not registered in the namespace, or registered with another type. */
export async function missingSearchAttributes({ operatorService }: OperatorConnection, namespace: string): Promise<readonly string[]> {
  const { customAttributes } = await operatorService.listSearchAttributes({ namespace });
  return names.filter((name) => customAttributes?.[name] !== keyword);
}

/** Registers what is missing; answers the names. Temporal itself says why where it cannot (no permission, no column left, another type). */
export async function registerSearchAttributes(connection: OperatorConnection, namespace: string): Promise<readonly string[]> {
  const missing = await missingSearchAttributes(connection, namespace);
  if (missing.length > 0) {
    const searchAttributes = Object.fromEntries(missing.map((name) => [name, keyword]));
    await connection.operatorService.addSearchAttributes({ namespace, searchAttributes });
  }
  return missing;
}

/** False where they are missing or cannot be looked up: runs then go without, they never fail for it. */
export async function hasSearchAttributes(connection: OperatorConnection, namespace: string): Promise<boolean> {
  try {
    return (await missingSearchAttributes(connection, namespace)).length === 0;
  } catch {
    return false;
  }
}
