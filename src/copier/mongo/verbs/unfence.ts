import { type Mongo, majority } from '../../../adapters/mongo/mongo.js';
import type { FencedUser, MongoRequestOf, MongoResults, RoleRef } from '../../../model/copier-mongo.js';
import type { MongoContext } from '../context.js';
import { findUser, showUser } from '../users.js';
import { withWriter } from '../with-mongo.js';

const same = (a: RoleRef, b: RoleRef) => a.role === b.role && a.db === b.db;
const has = (roles: readonly RoleRef[], role: RoleRef) => roles.some((one) => same(one, role));

/** The roles as captured, and those that somebody gave meanwhile: neither captured nor put there by the fence. */
export function restoredRoles({ roles, fencedRoles }: Pick<FencedUser, 'roles' | 'fencedRoles'>, now: readonly RoleRef[]): readonly RoleRef[] {
  return [...roles, ...now.filter((role) => !has(roles, role) && !has(fencedRoles, role))];
}

async function restore(mongo: Mongo, user: FencedUser): Promise<'changed' | 'unchanged' | 'missing'> {
  const now = await findUser(mongo, user.database, user.name);
  if (!now) return 'missing';
  const roles = restoredRoles(user, now.roles);
  if (roles.length === now.roles.length && roles.every((role) => has(now.roles, role))) return 'unchanged';
  await mongo.command(user.database, { updateUser: user.name, roles: [...roles], writeConcern: majority });
  return 'changed';
}

/** Gives back what was captured. Changes nothing where the fence never stood. */
export function unfence(request: MongoRequestOf<'unfence'>, { connect }: MongoContext): Promise<MongoResults['unfence']> {
  const { method, users, writeBlocked, ttlMonitor } = request.captured;
  return withWriter(connect, request, async ({ mongo }) => {
    const outcome: Record<'changed' | 'unchanged' | 'missing', string[]> = { changed: [], unchanged: [], missing: [] };
    if (method === 'writeBlock') await mongo.command('admin', { setUserWriteBlockMode: 1, global: writeBlocked });
    for (const user of users) outcome[await restore(mongo, user)].push(showUser(user));
    if (ttlMonitor) await mongo.command('admin', { setParameter: 1, ttlMonitorEnabled: ttlMonitor.enabled });
    return { method, changed: outcome.changed, missing: outcome.missing };
  });
}
