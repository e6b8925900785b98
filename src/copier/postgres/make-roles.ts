import { type PostgresSession, quoteName, quoteText } from '../../adapters/postgres/session.js';
import { isFailure } from '../../errors.js';
import type { CopiedRoles } from '../../model/postgres-facts.js';
import { compareRole } from './compare-roles.js';
import { type Membership, type Role, readRolesNamed } from './roles.js';
import type { RunNotes } from './run-notes.js';
import { describeServer } from './server.js';
import { setClause, settingName } from './setting-value.js';

const firstWithOptions = 160_000;

async function makeRole(notes: RunNotes, { name, attributes, password }: Role, exists: boolean): Promise<void> {
  await notes.noteMade('role', name);
  const secret = password === null ? '' : ` PASSWORD ${quoteText(password)}`;
  await notes.session.run(`${exists ? 'ALTER' : 'CREATE'} ROLE ${quoteName(name)} ${attributes}${secret}`);
}

/** One that this server does not know, does not take or does not let us give is noted: the role is made without it. */
async function giveSettings(notes: RunNotes, { name, settings }: Role): Promise<readonly string[]> {
  await notes.session.run(`ALTER ROLE ${quoteName(name)} RESET ALL`);
  const refused: string[] = [];
  for (const setting of settings)
    try {
      await notes.session.run(`ALTER ROLE ${quoteName(name)} ${setClause(setting)}`);
    } catch (error) {
      if (!isFailure(error, 'NotFound', 'Invalid', 'Forbidden')) throw error;
      await notes.noteRefused(name, settingName(setting));
      refused.push(`Role ${name} is without its setting ${settingName(setting)}, which the target refuses.`);
    }
  return refused;
}

function grant({ version }: PostgresSession, { group, admin, inherit, set }: Membership, to: string): string {
  const granted = `GRANT ${quoteName(group)} TO ${quoteName(to)}`;
  if (version < firstWithOptions) return admin ? `${granted} WITH ADMIN OPTION` : granted;
  return `${granted} WITH ADMIN ${admin}, INHERIT ${inherit}, SET ${set}`;
}

async function describeFound(session: PostgresSession, found: readonly Role[]): Promise<readonly string[]> {
  const names = found.map(({ name }) => name);
  const there = await readRolesNamed(session, (await describeServer(session)).superuser, names);
  return found.flatMap((role) => {
    const differences = compareRole(
      role,
      there.find(({ name }) => name === role.name),
    ).map(({ text }) => text);
    return differences.length > 0 ? [`Role ${role.name} was there and keeps what it has: ${differences.join('; ')}.`] : [];
  });
}

/**
 * Makes those that the target lacks, with their passwords as they are kept, their settings and memberships. One that is there keeps what it has, to the last
 * membership: it is the target's, or another product's. Answers the names of both, and one sentence for what is not as in the source. Safe to repeat: those
 * that the run made are given what the source has by then.
 */
export async function makeRoles(notes: RunNotes, roles: readonly Role[]): Promise<CopiedRoles> {
  const { session } = notes;
  const there = new Set((await session.query<{ name: string }>('SELECT rolname AS name FROM pg_roles')).map(({ name }) => name));
  const ours = new Set(await notes.allMade('role'));
  const mine = roles.filter(({ name }) => ours.has(name) || !there.has(name));
  const found = roles.filter((role) => !mine.includes(role));
  for (const role of mine) await makeRole(notes, role, there.has(role.name));
  const refused: string[] = [];
  for (const role of mine) refused.push(...(await giveSettings(notes, role)));
  for (const { name, memberOf } of mine) for (const membership of memberOf) await session.run(grant(session, membership, name));
  const said = [...refused, ...(await describeFound(session, found))];
  return { made: mine.map(({ name }) => name), found: found.map(({ name }) => name), ...(said.length > 0 && { notes: said }) };
}
