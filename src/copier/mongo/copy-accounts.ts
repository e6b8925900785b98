import { BSON } from 'mongodb';
import { type Mongo, majority } from '../../adapters/mongo/mongo.js';
import { failure, isFailure } from '../../errors.js';
import type { AccountNames, CopiedAccounts, CopyRequest, PingResult } from '../../model/copier-mongo.js';
import type { EpochFence } from '../epoch-fence.js';
import { accountKinds, moveAccounts, nameOf, readAccounts, type StoredAccounts } from './accounts.js';
import { dropCollection } from './catalog.js';
import type { Ledger } from './ledger.js';
import { listUsers, showUser } from './users.js';

export interface AccountCopy {
  readonly source: Mongo;
  readonly mongo: Mongo;
  readonly ledger: Ledger;
  readonly fence: EpochFence;
  /** The target's. */
  readonly server: PingResult;
  readonly request: Pick<CopyRequest, 'from' | 'to' | 'run'>;
}

const nobody: AccountNames = { users: [], roles: [] };

const namesOf = ({ users, roles }: StoredAccounts): AccountNames => ({
  users: users.map((user) => nameOf('users', user)),
  roles: roles.map((role) => nameOf('roles', role)),
});

/** Those that somebody else made keep what they had. */
async function splitByMaker({ mongo, ledger, request }: AccountCopy, wanted: StoredAccounts) {
  const there = namesOf(await readAccounts(mongo, request.to));
  const ours = await ledger.accounts(request.to);
  const isForeign = (kind: keyof AccountNames, name: string) => there[kind].includes(name) && !ours[kind].includes(name);
  const pick = (foreign: boolean): StoredAccounts => ({
    users: wanted.users.filter((user) => isForeign('users', nameOf('users', user)) === foreign),
    roles: wanted.roles.filter((role) => isForeign('roles', nameOf('roles', role)) === foreign),
  });
  return { found: namesOf(pick(true)), make: pick(false) };
}

/** Of the collections in `admin` by way of which accounts are made. */
const temporaryName = (kind: keyof StoredAccounts, run: string, to: string): string => `rehelm_${kind}_${run}_${to}`;

/** They hold all that passwords are checked by. Gone already is fine. */
const dropTemporary = (mongo: Mongo, run: string, to: string): Promise<unknown> =>
  Promise.all(accountKinds.map((kind) => dropCollection(mongo, 'admin', temporaryName(kind, run, to))));

const toRaw = (accounts: readonly object[]) => accounts.map((one) => BSON.serialize(one));

/** As mongorestore does: by way of collections that the server merges into its own, users and roles at once. */
async function merge({ mongo, request }: AccountCopy, accounts: StoredAccounts): Promise<void> {
  const { run, to } = request;
  const filled = accountKinds.filter((kind) => accounts[kind].length > 0);
  const fields = { users: 'tempUsersCollection', roles: 'tempRolesCollection' } as const;
  const collections = Object.fromEntries(filled.map((kind) => [fields[kind], `admin.${temporaryName(kind, run, to)}`]));
  // What a killed attempt left.
  await dropTemporary(mongo, run, to);
  try {
    for (const kind of filled) await mongo.insert('admin', temporaryName(kind, run, to), toRaw(accounts[kind]));
    await mongo.command('admin', { _mergeAuthzCollections: 1, ...collections, db: to, drop: false, writeConcern: majority });
  } finally {
    await dropTemporary(mongo, run, to);
  }
}

/** FerretDB 1.x keeps users in a collection like any other, and knows no roles. What an earlier attempt made is there, and is the same. */
async function insert({ mongo }: AccountCopy, { users }: StoredAccounts): Promise<void> {
  const refused = await mongo.insert('admin', 'system.users', toRaw(users));
  const other = refused.find(({ code }) => code !== 11_000);
  if (other) throw failure('CopyFailed', `admin.system.users refused a user with code ${other.code}.`);
}

async function make(copy: AccountCopy, accounts: StoredAccounts): Promise<AccountNames> {
  const { ledger, fence, server, request } = copy;
  const able = server.flavor === 'mongodb' ? accounts : { ...accounts, roles: [] };
  if (able.users.length + able.roles.length === 0) return nobody;
  await fence.check();
  const names = namesOf(able);
  for (const kind of accountKinds) for (const name of names[kind]) await ledger.noteAccount(request.to, kind, name);
  try {
    await (server.flavor === 'mongodb' ? merge(copy, able) : insert(copy, able));
  } catch (error) {
    // Made by hand later, they are somebody else's.
    if (isFailure(error, 'Forbidden')) await ledger.forgetAccounts(request.to);
    throw error;
  }
  return names;
}

const unmade = ({ users, roles }: AccountNames, to: string, why: string): readonly string[] => [
  ...users.map((name) => `User ${name}: ${why}; make it on ${to} by hand.`),
  ...roles.map((name) => `Role ${name}: ${why}; make it on ${to} by hand.`),
];

/** Users of other databases are the server's own and stay as they are, with what they may do to the source. */
async function usersElsewhere({ source, request: { from, to } }: AccountCopy): Promise<readonly string[]> {
  const others = (await listUsers(source)).filter(({ database, roles }) => database !== from && roles.some(({ db }) => db === from));
  return others.map((user) => {
    const roles = user.roles.filter(({ db }) => db === from).map(({ role }) => role);
    return `User ${showUser(user)} has ${roles.join(', ')} on ${from} and is not of that database: give it the same on ${to} by hand.`;
  });
}

async function knownNames(mongo: Mongo, database: string): Promise<AccountNames> {
  return { users: (await listUsers(mongo)).filter((user) => user.database === database).map(({ name }) => name), roles: [] };
}

/** The database's own users, with their passwords, and its custom roles. What can't be read or written is said by name; that is no failure of the copy. */
export async function copyAccounts(copy: AccountCopy): Promise<CopiedAccounts> {
  const { source, request, server } = copy;
  const { from, to } = request;
  const elsewhere = await usersElsewhere(copy);
  try {
    const wanted = moveAccounts(await readAccounts(source, from), from, to);
    if (server.flavor === 'other') return { made: nobody, found: nobody, left: [...unmade(namesOf(wanted), to, 'this server takes none'), ...elsewhere] };
    const { found, make: missing } = await splitByMaker(copy, wanted);
    const made = await make(copy, missing);
    const roleless = server.flavor === 'mongodb' ? [] : missing.roles;
    return { made, found, left: [...unmade(namesOf({ users: [], roles: roleless }), to, 'the target knows no roles'), ...elsewhere] };
  } catch (error) {
    if (!isFailure(error, 'Forbidden')) throw error;
    const why = 'our user may not read or write what its password is checked by (role root)';
    return { made: nobody, found: nobody, left: [...unmade(await knownNames(source, from), to, why), ...elsewhere] };
  }
}

/** Drops what this run made of them: users first, who have the roles; and what a killed attempt was about to make. Gone already is fine. */
export async function dropAccounts(mongo: Mongo, ledger: Ledger, { run, database }: { readonly run: string; readonly database: string }): Promise<void> {
  const ours = await ledger.accounts(database);
  // None are noted where we may not touch `admin`.
  if (ours.users.length + ours.roles.length > 0) await dropTemporary(mongo, run, database);
  const commands = [...ours.users.map((name) => ({ dropUser: name })), ...ours.roles.map((name) => ({ dropRole: name }))];
  for (const command of commands) {
    try {
      await mongo.command(database, { ...command, writeConcern: majority });
    } catch (error) {
      if (!isFailure(error, 'NotFound')) throw error;
    }
  }
}

/** Drops what killed attempts of this run were about to make, and leaves what was made. */
export async function dropUnmadeAccounts(mongo: Mongo, ledger: Ledger, run: string): Promise<void> {
  for (const database of await ledger.accountDatabases()) await dropTemporary(mongo, run, database);
}
