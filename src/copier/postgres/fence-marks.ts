import { quoteName, quoteText } from '../../adapters/postgres/session.js';
import type { FencedDatabase } from '../../model/copier-postgres.js';

const readOnlyName = 'default_transaction_read_only';
/** A fenced database says itself how it was: a copy takes that over, not the fence. */
const limitMark = 'rehelm.connection_limit';
const readOnlyMark = 'rehelm.default_transaction_read_only';

/** Without a value of its own the mark is empty. */
export function shutStatements({ name, connectionLimit, readOnly }: FencedDatabase): string {
  const database = `ALTER DATABASE ${quoteName(name)}`;
  return [
    `${database} SET ${limitMark} = ${quoteText(String(connectionLimit))}`,
    `${database} SET ${readOnlyMark} = ${quoteText(readOnly ?? '')}`,
    `${database} CONNECTION LIMIT 0`,
    `${database} SET ${readOnlyName} = on`,
  ].join('; ');
}

export function reopenStatements({ name, connectionLimit, readOnly }: FencedDatabase): string {
  const database = `ALTER DATABASE ${quoteName(name)}`;
  const setting = readOnly === null ? `RESET ${readOnlyName}` : `SET ${readOnlyName} = ${quoteText(readOnly)}`;
  return [
    `${database} CONNECTION LIMIT ${connectionLimit}`,
    `${database} ${setting}`,
    `${database} RESET ${limitMark}`,
    `${database} RESET ${readOnlyMark}`,
  ].join('; ');
}

interface Marked {
  readonly connectionLimit: number;
  readonly settings: readonly { readonly role: string | null; readonly setting: string }[];
}

/** How a database is when nobody fences it; one that is not fenced stays what it is. */
export function withoutFence<Properties extends Marked>(found: Properties): Properties {
  const ofAll = (name: string) => found.settings.find(({ role, setting }) => role === null && setting.startsWith(`${name}=`))?.setting.slice(name.length + 1);
  const [limit, readOnly] = [ofAll(limitMark), ofAll(readOnlyMark)];
  if (limit === undefined) return found;
  const isOurs = ({ role, setting }: Marked['settings'][number]) =>
    role === null && [limitMark, readOnlyMark, readOnlyName].some((name) => setting.startsWith(`${name}=`));
  const settings = found.settings.filter((each) => !isOurs(each));
  const own = readOnly ? [{ role: null, setting: `${readOnlyName}=${readOnly}` }] : [];
  return { ...found, connectionLimit: Number(limit), settings: [...settings, ...own] };
}
