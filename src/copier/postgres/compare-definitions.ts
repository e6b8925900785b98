import { createHash } from 'node:crypto';
import { type PostgresSession, quoteName } from '../../adapters/postgres/session.js';
import type { PostgresServer } from '../../model/postgres-facts.js';
import { chooseClient } from './choose-client.js';
import type { PostgresContext } from './context.js';
import { createDatabase, localeOf } from './database-locale.js';
import { type Definition, readDefinitions, scriptOf } from './definitions.js';
import { withSession } from './with-session.js';

export interface DefinitionsPlace {
  readonly at: PostgresServer;
  readonly database: string;
  readonly major: number;
}

type Definitions = ReturnType<typeof readDefinitions>;

const sections = ['pre-data', 'post-data'] as const;

async function dumpBoth({ clients, signal }: PostgresContext, { at, database }: DefinitionsPlace, major: number): Promise<readonly Definitions[]> {
  const read = async (section: (typeof sections)[number]) => readDefinitions(await clients.dumpDefinitions(at, database, { major, section, signal }));
  return Promise.all(sections.map(read));
}

const scratchOf = (database: string): string => `rehelm_scratch_${createHash('sha256').update(database).digest('hex').slice(0, 12)}`;

/** What a copier that died while it compared with this database has left behind. */
export const dropScratch = (session: PostgresSession, database: string): Promise<void> =>
  session.run(`DROP DATABASE IF EXISTS ${quoteName(scratchOf(database))}`);

/** A database that holds the source's definitions and no rows, made by the target's own server for the time of `use`: two versions write one definition in different words, one server does not. */
async function withScratch<T>(
  { open }: PostgresContext,
  target: DefinitionsPlace,
  source: readonly Definitions[],
  use: (database: string) => Promise<T>,
): Promise<T> {
  const database = scratchOf(target.database);
  return withSession({ open, at: target.at, database: 'postgres' }, async (session) => {
    const drop = () => dropScratch(session, target.database);
    const locale = await withSession({ open, ...target }, localeOf);
    await drop();
    await createDatabase(session, database, locale);
    try {
      await withSession({ open, at: target.at, database }, async (scratch) => {
        for (const part of source) await scratch.run(scriptOf(part));
      });
      return await use(database);
    } finally {
      await drop();
    }
  });
}

/** What follows an entry may be a setting for the next one. */
const meaning = ({ sql }: Definition): string => sql.replace(/(?:\s|SET default_\w+ = [^;\n]*;)*$/, '').trim();

const byId = (parts: readonly Definitions[]) => new Map(parts.flatMap(({ definitions }) => definitions).map((each) => [each.id, each]));

const majorFor = async ({ clients }: PostgresContext, source: DefinitionsPlace, target: DefinitionsPlace): Promise<number> =>
  chooseClient(await clients.majors(), source.major, target.major);

/** The target's as they are now, for a comparison that comes later. */
export const dumpTarget = async (context: PostgresContext, source: DefinitionsPlace, target: DefinitionsPlace): Promise<readonly Definitions[]> =>
  dumpBoth(context, target, await majorFor(context, source, target));

/** Every definition of two databases: what is on one side only, and what says something else. Owners and rights are definitions, too; an invalid index counts as none. `dumped`: the target's, where they were read before. */
export async function compareDefinitions(
  context: PostgresContext,
  source: DefinitionsPlace,
  target: DefinitionsPlace,
  dumped?: readonly Definitions[],
): Promise<readonly string[]> {
  const major = await majorFor(context, source, target);
  return compareWithDefinitions(context, await dumpBoth(context, source, major), target, major, dumped);
}

/** The same of a database and definitions that were dumped before. */
export async function compareWithDefinitions(
  context: PostgresContext,
  found: readonly Definitions[],
  target: DefinitionsPlace,
  major: number,
  dumped?: readonly Definitions[],
): Promise<readonly string[]> {
  return withScratch(context, target, found, async (database) => {
    const wanted = byId(await dumpBoth(context, { ...target, database }, major));
    const there = byId(dumped ?? (await dumpBoth(context, target, major)));
    const ids = [...new Set([...wanted.keys(), ...there.keys()])].toSorted();
    return ids.flatMap((id) => difference(id, wanted.get(id), there.get(id)));
  });
}

function difference(id: string, wanted: Definition | undefined, there: Definition | undefined): readonly string[] {
  if (!wanted || !there) return [`${id}: only in the ${wanted ? 'source' : 'target'}.`];
  if (wanted.owner !== there.owner) return [`${id}: of ${wanted.owner} in the source, of ${there.owner} in the target.`];
  return meaning(wanted) === meaning(there) ? [] : [`${id}: another definition.`];
}
