import type { Mongo } from '../../../adapters/mongo/mongo.js';
import type { CaptureFenceRequest, FenceCapture, FencedUser, PingResult, RoleRef } from '../../../model/copier-mongo.js';
import { readCatalog } from '../catalog.js';
import type { MongoContext } from '../context.js';
import { describeServer, tryCommand } from '../server.js';
import { expires } from '../unmovable.js';
import { listUsers, type StoredUser, showUser } from '../users.js';
import { withMongo } from '../with-mongo.js';
import { captureWriteBlock, isWriteBlocked } from '../write-block.js';
import { type RoleReach, readReach } from '../write-privileges.js';

type Reach = (role: RoleRef) => Promise<RoleReach>;

/** Asked once for each role, however many users have it. */
function rememberReach(mongo: Mongo, databases: readonly string[]): Reach {
  const known = new Map<string, Promise<RoleReach>>();
  return (role) => {
    const key = `${role.role}@${role.db}`;
    const asked = known.get(key) ?? readReach(mongo, role, databases);
    known.set(key, asked);
    return asked;
  };
}

/** Roles that write in the fenced databases only go, and reading there is left in their place. Wider ones stay: taking `root` from somebody would reach far beyond. */
async function fenceUser(user: StoredUser, reach: Reach): Promise<{ readonly fenced?: FencedUser; readonly hole?: string }> {
  const kept: RoleRef[] = [];
  const wide: string[] = [];
  for (const role of user.roles) {
    const how = await reach(role);
    if (how === 'wide') wide.push(`${role.role}@${role.db}`);
    kept.push(how === 'confined' ? { role: 'read', db: role.db } : role);
  }
  const fencedRoles = [...new Map(kept.map((role) => [`${role.role}@${role.db}`, role])).values()];
  const changes = user.roles.some((role, index) => kept[index] !== role);
  return {
    ...(changes && { fenced: { ...user, fencedRoles } }),
    ...(wide.length > 0 && { hole: `${showUser(user)} can still write through ${wide.join(', ')}.` }),
  };
}

async function captureRoles(
  mongo: Mongo,
  { databases, allowUsers }: CaptureFenceRequest,
  self: string | undefined,
): Promise<Pick<FenceCapture, 'users' | 'holes'>> {
  const reach = rememberReach(mongo, databases);
  const allowed = (user: StoredUser) => showUser(user) === self || allowUsers.includes(user.name) || allowUsers.includes(showUser(user));
  const users: FencedUser[] = [];
  const holes: string[] = [];
  for (const user of (await listUsers(mongo)).filter((one) => !allowed(one))) {
    const { fenced, hole } = await fenceUser(user, reach);
    if (fenced) users.push(fenced);
    if (hole !== undefined) holes.push(hole);
  }
  return { users, holes };
}

async function readTtlMonitor(mongo: Mongo, databases: readonly string[]): Promise<Pick<FenceCapture, 'ttlMonitor'>> {
  for (const database of databases) {
    if (!(await readCatalog(mongo, database)).some(expires)) continue;
    const answer = await tryCommand(mongo, 'admin', { getParameter: 1, ttlMonitorEnabled: 1 });
    return answer ? { ttlMonitor: { enabled: answer['ttlMonitorEnabled'] !== false } } : {};
  }
  return {};
}

function chooseMethod({ capabilities, replicas }: PingResult, prefer: CaptureFenceRequest['prefer']): Pick<FenceCapture, 'method' | 'reason'> {
  const wanted = prefer === 'writeBlock';
  if (wanted && capabilities.writeBlock)
    return { method: 'writeBlock', reason: `The whole server of ${replicas} members refuses users' writes, other databases included.` };
  const lacking = wanted ? 'A write block was asked for, and this server knows none. ' : '';
  if (capabilities.roles) return { method: 'roles', reason: `${lacking}Users of the databases keep reading and lose writing.` };
  return { method: 'none', reason: 'This server can neither take rights away nor block writes; equal hashes before and after are the only proof.' };
}

/** Reads what a fence would change; its own call, so that a repeated fence can never take its own effect for the beginning. */
export function captureFence(request: CaptureFenceRequest, { connect }: MongoContext): Promise<FenceCapture> {
  const { databases, prefer } = request;
  return withMongo(connect, request.at, 1, async (mongo) => {
    const server = await describeServer(mongo);
    const { user, capabilities } = server;
    const chosen = chooseMethod(server, prefer);
    const ways = {
      roles: () => captureRoles(mongo, request, user),
      writeBlock: () => captureWriteBlock(mongo, databases, user),
      none: async () => ({ users: [], holes: [] }),
    };
    const writeBlocked = capabilities.writeBlock && (await isWriteBlocked(mongo));
    const ttl = chosen.method === 'none' ? {} : await readTtlMonitor(mongo, databases);
    return { ...chosen, ...(await ways[chosen.method]()), writeBlocked, ...ttl };
  });
}
