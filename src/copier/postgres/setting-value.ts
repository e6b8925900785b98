import { quoteName, quoteText } from '../../adapters/postgres/session.js';

/** Kept as lists of names, quoted where they need it. */
const lists = new Set(['search_path', 'local_preload_libraries', 'session_preload_libraries', 'shared_preload_libraries', 'temp_tablespaces']);

const partOf = /\s*(?:"((?:[^"]|"")*)"|([^",]+))\s*(?:,|$)/g;

/** Of `name=value` as the server keeps it. */
export const settingName = (setting: string): string => setting.slice(0, setting.indexOf('='));

/** `SET "name" TO …` for `name=value`: what ALTER ROLE and ALTER DATABASE take. An empty name within a list is none that SQL takes as a name. */
export function setClause(setting: string): string {
  const name = settingName(setting);
  const value = setting.slice(name.length + 1);
  const parts = [...value.matchAll(partOf)].map(([, quoted, plain = '']) => quoteText(quoted?.replaceAll('""', '"') ?? plain.trim()));
  return `SET ${quoteName(name)} TO ${lists.has(name) && parts.length > 0 ? parts.join(', ') : quoteText(value)}`;
}
