import { BSON, type Document, UUID } from 'mongodb';
import type { Mongo } from '../../adapters/mongo/mongo.js';

const exact = { promoteValues: false, promoteLongs: false, promoteBuffers: false, bsonRegExp: true } as const;

/** Users and roles of one database as the server keeps them in `admin`: users with what their passwords are checked by. Never printed, never noted. */
export interface StoredAccounts {
  readonly users: readonly Document[];
  readonly roles: readonly Document[];
}

export type AccountKind = keyof StoredAccounts;
export const accountKinds: readonly AccountKind[] = ['users', 'roles'];

/** Where their names are. */
const nameField = { users: 'user', roles: 'role' } as const;
export const nameOf = (kind: AccountKind, account: Document): string => String(account[nameField[kind]]);

async function readAll(mongo: Mongo, kind: AccountKind, database: string): Promise<readonly Document[]> {
  const found: Document[] = [];
  for await (const batch of mongo.read('admin', `system.${kind}`, { filter: { db: database } }))
    for (const raw of batch) found.push(BSON.deserialize(raw, exact));
  return found.toSorted((a, b) => (nameOf(kind, a) < nameOf(kind, b) ? -1 : 1));
}

/** Forbidden where we may not read them. */
export const readAccounts = async (mongo: Mongo, database: string): Promise<StoredAccounts> => ({
  users: await readAll(mongo, 'users', database),
  roles: await readAll(mongo, 'roles', database),
});

const onDatabase = (at: Document, from: string, to: string): Document => (at['db'] === from ? { ...at, db: to } : at);

/** The same account of another database, its roles and privileges on that one with it. Passwords stay: what they are checked by knows no database. */
function moveAccount(kind: AccountKind, account: Document, from: string, to: string): Document {
  const roles = ((account['roles'] ?? []) as readonly Document[]).map((role) => onDatabase(role, from, to));
  const privileges = account['privileges'] as readonly Document[] | undefined;
  return {
    ...account,
    _id: `${to}.${nameOf(kind, account)}`,
    db: to,
    roles,
    ...(privileges && { privileges: privileges.map((each) => ({ ...each, resource: onDatabase(each['resource'], from, to) })) }),
    // Caches know users by it: the copy is another user.
    ...(account['userId'] !== undefined && { userId: new UUID() }),
  };
}

export const moveAccounts = ({ users, roles }: StoredAccounts, from: string, to: string): StoredAccounts => ({
  users: users.map((user) => moveAccount('users', user, from, to)),
  roles: roles.map((role) => moveAccount('roles', role, from, to)),
});
