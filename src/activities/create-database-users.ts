import type { Act } from '../model/act.js';
import type { NewUser } from '../model/copier-mongo.js';
import type { MongoServerRef, PasswordSource } from '../model/database-refs.js';
import type { Adapters } from './adapters.js';
import { endCopiers, runCopier } from './copier/copier-job.js';
import { inspectMongo } from './copier/database-problems.js';
import { resolveMongo, resolvePassword } from './copier/resolve-credentials.js';
import { asProblems } from './objects/as-problems.js';

export interface DatabaseUser {
  readonly name: string;
  readonly password: PasswordSource;
  /** A plain name is a role on the user's own database. */
  readonly roles: NewUser['roles'];
}

export interface CreateDatabaseUsersInput {
  readonly server: MongoServerRef;
  readonly database: string;
  readonly users: readonly DatabaseUser[];
}

export interface CreateDatabaseUsersUndo {
  readonly server: MongoServerRef;
  readonly database: string;
  readonly users: readonly string[];
}

/** Guide, "Rename MongoDB Databases" 2: users of the renamed databases, with the passwords the product has already. */
export function createDatabaseUsers({ kube, journal, settings }: Pick<Adapters, 'kube' | 'journal' | 'settings'>) {
  const part = { kube, settings };

  async function isOwn(database: string, { run }: Act): Promise<boolean> {
    return (await journal.read(run)).some(
      ({ step, captured }) => step === 'createDatabaseUsers' && (captured as CreateDatabaseUsersUndo).database === database,
    );
  }

  return {
    /** Every password can be had, and no user of somebody else has the name. */
    async checkCreateDatabaseUsers({ server, database, users }: CreateDatabaseUsersInput, act: Act): Promise<readonly string[]> {
      const passwords = await Promise.all(users.map(({ password }) => asProblems(async () => void (await resolvePassword(kube, password)))));
      const existing = await asProblems(async () => {
        const [found] = await inspectMongo(part, server, [database], act);
        const names = new Set((await isOwn(database, act)) ? [] : found?.users.map(({ name }) => name));
        return users.filter(({ name }) => names.has(name)).map(({ name }) => `user ${name} of database ${database} is there already, and not made by this run`);
      });
      return [...passwords.flatMap((problems) => problems ?? []), ...existing];
    },

    /** Names the users that an undo drops, if the copier's notes on the server say that this run made them. Changes nothing. */
    async captureCreateDatabaseUsers({ server, database, users }: CreateDatabaseUsersInput): Promise<CreateDatabaseUsersUndo> {
      return { server, database, users: users.map(({ name }) => name) };
    },

    /** Makes the users, or gives those that this run made before password and roles once more. Safe to repeat. */
    async createDatabaseUsers({ server, database, users }: CreateDatabaseUsersInput, act: Act): Promise<{ readonly users: readonly string[] }> {
      const at = await resolveMongo(kube, server);
      const wanted = await Promise.all(users.map(async ({ name, password, roles }) => ({ name, roles, password: await resolvePassword(kube, password) })));
      await runCopier({ engine: 'mongodb', verb: 'createUsers', at, run: act.run, epoch: act.epoch, database, users: wanted }, act, part);
      return { users: users.map(({ name }) => name) };
    },

    /** Drops those that this run made. Safe to repeat, and safe if createDatabaseUsers never ran. */
    async undoCreateDatabaseUsers({ server, database, users }: CreateDatabaseUsersUndo, act: Act): Promise<void> {
      await endCopiers({ kube }, act);
      const at = await resolveMongo(kube, server);
      await runCopier({ engine: 'mongodb', verb: 'dropUsers', at, run: act.run, epoch: act.epoch, database, users }, act, part);
    },
  };
}
