import type { Document } from 'mongodb';
import type { Mongo } from '../../adapters/mongo/mongo.js';
import type { RoleRef } from '../../model/copier-mongo.js';

export interface StoredUser {
  readonly database: string;
  readonly name: string;
  readonly roles: readonly RoleRef[];
}

const toUser = ({ user, db, roles = [] }: Document): StoredUser => ({
  database: db,
  name: user,
  roles: (roles as readonly RoleRef[]).map(({ role, db: on }) => ({ role, db: on })),
});

/** Every user of the server, whichever database they are defined in. */
export async function listUsers(mongo: Mongo): Promise<readonly StoredUser[]> {
  const { users } = await mongo.command('admin', { usersInfo: { forAllDBs: true } });
  return (users as readonly Document[]).map(toUser);
}

export async function findUser(mongo: Mongo, database: string, name: string): Promise<StoredUser | undefined> {
  const { users } = await mongo.command(database, { usersInfo: { user: name, db: database } });
  const [found] = users as readonly Document[];
  return found && toUser(found);
}

export const showUser = ({ name, database }: Pick<StoredUser, 'name' | 'database'>) => `${name}@${database}`;
