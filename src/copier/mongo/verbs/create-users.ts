import type { Mongo } from '../../../adapters/mongo/mongo.js';
import { majority } from '../../../adapters/mongo/mongo.js';
import { failure, isFailure } from '../../../errors.js';
import type { MongoRequestOf, MongoResults, NewUser } from '../../../model/copier-mongo.js';
import type { MongoContext } from '../context.js';
import type { Ledger } from '../ledger.js';
import { findUser, showUser } from '../users.js';
import { withWriter } from '../with-mongo.js';

const rolesOn = (database: string, roles: NewUser['roles']) => roles.map((role) => (typeof role === 'string' ? { role, db: database } : role));

const foreign = (database: string, name: string) => failure('AlreadyExists', `User ${showUser({ name, database })} exists and was not made by this run.`);

/** Noted before it is made: a kill in between leaves a note without a user, which an undo passes over, never a user without a note. */
async function create(mongo: Mongo, ledger: Ledger, database: string, { name, password, roles }: NewUser): Promise<void> {
  await ledger.noteUser(database, name);
  try {
    await mongo.command(database, { createUser: name, pwd: password, roles: rolesOn(database, roles), writeConcern: majority });
  } catch (error) {
    if (!isFailure(error, 'AlreadyExists')) throw error;
    await ledger.forgetUser(database, name);
    throw foreign(database, name);
  }
}

async function ensureUser(mongo: Mongo, ledger: Ledger, database: string, user: NewUser): Promise<'created' | 'updated'> {
  const there = await findUser(mongo, database, user.name);
  if (there && !(await ledger.madeUser(database, user.name))) throw foreign(database, user.name);
  if (!there) {
    await create(mongo, ledger, database, user);
    return 'created';
  }
  // No roles where none are wanted: FerretDB knows the command without them only.
  const roles = rolesOn(database, user.roles);
  await mongo.command(database, { updateUser: user.name, pwd: user.password, ...(roles.length + there.roles.length > 0 && { roles }), writeConcern: majority });
  return 'updated';
}

/** Makes users of a database; one that this run made before gets the password and roles once more. */
export function createUsers(request: MongoRequestOf<'createUsers'>, { connect }: MongoContext): Promise<MongoResults['createUsers']> {
  return withWriter(connect, request, async ({ mongo, ledger, fence }) => {
    const done: Record<'created' | 'updated', string[]> = { created: [], updated: [] };
    for (const user of request.users) {
      await fence.check();
      done[await ensureUser(mongo, ledger, request.database, user)].push(user.name);
    }
    return done;
  });
}
