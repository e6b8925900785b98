import type { Document } from 'mongodb';
import type { Mongo } from '../../adapters/mongo/mongo.js';
import { failure } from '../../errors.js';
import type { FenceCapture } from '../../model/copier-mongo.js';
import { ledgerDatabase } from './ledger.js';
import { tryCommand } from './server.js';
import { listUsers, showUser } from './users.js';
import { readPrivileges } from './write-privileges.js';

/** Never blocked: the server writes there itself. */
const internal = new Set(['admin', 'config', 'local']);

type Privileges = readonly { readonly actions?: readonly string[] }[];

/** `anyAction` is that of `__system` and of roles made by hand. */
const bypasses = (privileges: Privileges): boolean =>
  privileges.some(({ actions = [] }) => actions.includes('bypassWriteBlockingMode') || actions.includes('anyAction'));

/** 2 is on, 1 is off. */
export async function isWriteBlocked(mongo: Mongo): Promise<boolean> {
  const status = await tryCommand(mongo, 'admin', { serverStatus: 1, repl: 1 });
  return Number(status?.['repl']?.userWriteBlockMode ?? 1) === 2;
}

async function requireBypass(mongo: Mongo, self: string | undefined): Promise<string> {
  const { authInfo } = await mongo.command('admin', { connectionStatus: 1, showPrivileges: true });
  if (self !== undefined && bypasses((authInfo as Document)['authenticatedUserPrivileges'] ?? [])) return self;
  throw failure(
    'Forbidden',
    `${self ?? 'Nobody is logged in, so nobody'} may write while the server's write block is on: give the copier's user the action bypassWriteBlockingMode on the cluster, or fence by roles.`,
  );
}

async function listOthers(mongo: Mongo, databases: readonly string[]): Promise<readonly string[]> {
  const answer = await mongo.command('admin', { listDatabases: 1, nameOnly: true });
  const names = (answer['databases'] as readonly { readonly name: string }[]).map(({ name }) => name);
  return names.filter((name) => !internal.has(name) && name !== ledgerDatabase && !databases.includes(name)).toSorted();
}

/** Others whom the block lets through. */
async function findHoles(mongo: Mongo, self: string): Promise<readonly string[]> {
  const holes: string[] = [];
  for (const user of (await listUsers(mongo)).filter((one) => showUser(one) !== self))
    for (const role of user.roles)
      if (bypasses(await readPrivileges(mongo, role)))
        holes.push(`${showUser(user)} can still write through ${role.role}@${role.db}, which bypasses the server's write block.`);
  return holes;
}

/** What blocking the whole server's writes would stop, and who gets through. Forbidden where the copier itself would not: it could not even give writing back its notes. */
export async function captureWriteBlock(
  mongo: Mongo,
  databases: readonly string[],
  self: string | undefined,
): Promise<Pick<FenceCapture, 'users' | 'holes' | 'stops' | 'bypass'>> {
  const bypass = await requireBypass(mongo, self);
  return { users: [], bypass, stops: await listOthers(mongo, databases), holes: await findHoles(mongo, bypass) };
}
