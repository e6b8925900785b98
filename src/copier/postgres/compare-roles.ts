import type { PostgresSession } from '../../adapters/postgres/session.js';
import { type Membership, type Role, readRolesNamed } from './roles.js';
import type { RolesOfRun } from './run-notes.js';
import { describeServer } from './server.js';
import { settingName } from './setting-value.js';

export interface RoleDifference {
  /** Without the role's name, and without what a password is checked by. */
  readonly text: string;
  /** The product could not do with the target's role what it does with the source's. */
  readonly breaks: boolean;
}

/** Where a session begins: without it names mean other tables, or none. */
const settingsThatBreak = new Set(['search_path', 'role']);

const words = (attributes: string): readonly string[] => attributes.match(/VALID UNTIL '[^']*'|CONNECTION LIMIT -?\d+|\w+/g) ?? [];

function compareAttributes(source: Role, target: Role): readonly RoleDifference[] {
  const [here, there] = [words(source.attributes), words(target.attributes)];
  const only = (these: readonly string[], others: readonly string[]) => these.filter((word) => !others.includes(word)).join(', ') || 'no more';
  const [wanted, found] = [only(here, there), only(there, here)];
  if (wanted === found) return [];
  return [{ text: `${wanted} in the source, ${found} in the target`, breaks: here.includes('LOGIN') && there.includes('NOLOGIN') }];
}

const optionsOf = ({ admin, inherit, set }: Membership): string =>
  [admin ? 'ADMIN' : '', inherit ? 'INHERIT' : '', set ? 'SET' : ''].filter((each) => each !== '').join(', ') || 'no options';

/** A superuser has the rights of every role. */
function compareMemberships(source: Role, target: Role): readonly RoleDifference[] {
  const needs = !words(target.attributes).includes('SUPERUSER');
  const groups = [...new Set([...source.memberOf, ...target.memberOf].map(({ group }) => group))].toSorted();
  return groups.flatMap((group): readonly RoleDifference[] => {
    const [here, there] = [source, target].map(({ memberOf }) => memberOf.find((each) => each.group === group));
    if (!there) return [{ text: `no member of ${group} in the target`, breaks: needs }];
    if (!here) return [{ text: `a member of ${group} only in the target`, breaks: false }];
    if (optionsOf(here) === optionsOf(there)) return [];
    const breaks = needs && ((here.inherit && !there.inherit) || (here.set && !there.set));
    return [{ text: `a member of ${group} with ${optionsOf(here)} in the source, with ${optionsOf(there)} in the target`, breaks }];
  });
}

function compareSettings(source: Role, target: Role): readonly RoleDifference[] {
  const names = [...new Set([...source.settings, ...target.settings].map(settingName))].toSorted();
  const settingOf = ({ settings }: Role, name: string) => settings.find((each) => settingName(each) === name);
  return names
    .filter((name) => settingOf(source, name) !== settingOf(target, name))
    .map((name) => ({ text: `another setting of ${name}`, breaks: settingsThatBreak.has(name) && settingOf(source, name) !== undefined }));
}

/** A password that the source has none of, or does not show, is nothing to compare with. */
const comparePasswords = (source: Role, target: Role): readonly RoleDifference[] =>
  source.password === null || source.password === target.password ? [] : [{ text: 'another password', breaks: false }];

/** What is not the same in a role of two servers. */
export function compareRole(source: Role, target: Role | undefined, passwordsSeen = true): readonly RoleDifference[] {
  if (!target) return [{ text: 'only in the source', breaks: true }];
  return [
    ...compareAttributes(source, target),
    ...compareMemberships(source, target),
    ...compareSettings(source, target),
    ...(passwordsSeen ? comparePasswords(source, target) : []),
  ];
}

export interface ComparedRoles {
  /** One sentence each. */
  readonly differences: readonly string[];
  /** What is different, and may be. */
  readonly notes: readonly string[];
}

/**
 * The roles that a database needs, beside those of the target. One that the run made has to be the source's in attributes, memberships, settings and password.
 * One that was there before is somebody's: it differs where the product could not log in, would lack the rights of a group, or would begin in another schema or
 * as another role; all else of it, its password first, is told and is no difference: a chart that makes its role gives it one of its own. Passwords are compared
 * where the copier is a superuser on both sides.
 */
export async function compareRoles(source: readonly Role[], target: PostgresSession, { made, refused }: RolesOfRun): Promise<ComparedRoles> {
  const { superuser } = await describeServer(target);
  const there = new Map(
    (
      await readRolesNamed(
        target,
        superuser,
        source.map(({ name }) => name),
      )
    ).map((role) => [role.name, role]),
  );
  const compared = source.flatMap((role) => {
    const settings = role.settings.filter((setting) => !refused.has(`${role.name}.${settingName(setting)}`));
    const isMade = made.has(role.name);
    return compareRole({ ...role, settings }, there.get(role.name), superuser).map(({ text, breaks }) => ({
      text: `Role ${role.name}: ${text}.`,
      isDifference: isMade || breaks,
    }));
  });
  const say = (are: boolean) => compared.filter(({ isDifference }) => isDifference === are).map(({ text }) => text);
  const unseen = source.length > 0 && !superuser ? ["Passwords of roles are not compared: the copier is no superuser of the target's server."] : [];
  return { differences: say(true), notes: [...say(false), ...unseen] };
}
