import type { Document } from 'mongodb';
import type { Mongo } from '../../adapters/mongo/mongo.js';
import type { RoleRef } from '../../model/copier-mongo.js';

/** Actions that change documents, collections, indexes, or who may. https://www.mongodb.com/docs/manual/reference/privilege-actions/ */
const writing = new Set(
  (
    'insert update remove bypassDocumentValidation createCollection dropCollection dropDatabase createIndex dropIndex collMod convertToCapped renameCollectionSameDB emptycapped ' +
    'compactStructuredEncryptionData applyOps internal anyAction restore grantRole revokeRole createUser dropUser changePassword createRole dropRole'
  ).split(' '),
);

interface Privilege {
  readonly resource: { readonly db?: string; readonly collection?: string; readonly anyResource?: boolean };
  readonly actions: readonly string[];
}

/** none: writes nothing in these databases · confined: writes, and nothing outside of them · wide: writes there and can do more elsewhere. */
export type RoleReach = 'none' | 'confined' | 'wide';

const touches = ({ resource }: Privilege, databases: readonly string[]): boolean =>
  resource.anyResource === true || (resource.db !== undefined && (resource.db === '' || databases.includes(resource.db)));

const confined = ({ resource }: Privilege, databases: readonly string[]): boolean => resource.db !== undefined && databases.includes(resource.db);

/** What a role can do to databases, from its privileges with everything it inherits. */
export function reachOf(privileges: readonly Privilege[], databases: readonly string[]): RoleReach {
  const writes = privileges.filter(({ actions }) => actions.some((action) => writing.has(action)));
  if (!writes.some((privilege) => touches(privilege, databases))) return 'none';
  return privileges.every((privilege) => confined(privilege, databases)) ? 'confined' : 'wide';
}

/** Asks the server what a role, built in or not, amounts to, with everything it inherits. */
export async function readPrivileges(mongo: Mongo, { role, db }: RoleRef): Promise<readonly Privilege[]> {
  const answer = await mongo.command(db, { rolesInfo: { role, db }, showPrivileges: true });
  const [found] = answer['roles'] as readonly Document[];
  return (found?.['inheritedPrivileges'] ?? []) as readonly Privilege[];
}

export const readReach = async (mongo: Mongo, role: RoleRef, databases: readonly string[]): Promise<RoleReach> =>
  reachOf(await readPrivileges(mongo, role), databases);
