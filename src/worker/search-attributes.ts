import type { OperatorService } from '@temporalio/client';
import { attributes } from '../model/search-attributes.js';

/** The part of a connection that knows search attributes; both of the SDK's connections have it. */
export interface OperatorConnection {
  readonly operatorService: Pick<OperatorService, 'listSearchAttributes' | 'addSearchAttributes'>;
}

/** temporal.api.enums.v1.IndexedValueType */
const indexedAs = { KEYWORD: 2, KEYWORD_LIST: 7 } as const;

const wanted = Object.values(attributes).map(({ name, type }) => ({ name, type: indexedAs[type] }));

/** Names that are not registered in the namespace, or registered with another type. */
export async function missingSearchAttributes({ operatorService }: OperatorConnection, namespace: string): Promise<readonly string[]> {
  const { customAttributes } = await operatorService.listSearchAttributes({ namespace });
  return wanted.flatMap(({ name, type }) => (customAttributes?.[name] === type ? [] : [name]));
}

/** Registers what is missing; answers the names. Temporal itself says why where it cannot (no permission, no column left, another type). */
export async function registerSearchAttributes(connection: OperatorConnection, namespace: string): Promise<readonly string[]> {
  const missing = await missingSearchAttributes(connection, namespace);
  if (missing.length > 0) {
    const searchAttributes = Object.fromEntries(wanted.filter(({ name }) => missing.includes(name)).map(({ name, type }) => [name, type]));
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
