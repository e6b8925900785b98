import type { Revision } from '../../adapters/helm/helm.js';
import type { Act } from '../../model/act.js';
import type { ChartUpgradeSpec, FoundDatabaseOfRelease } from '../../model/chart-upgrade.js';
import type { PostgresServerRef } from '../../model/database-refs.js';
import type { Problem } from '../../model/plan.js';
import { serverOf, takesVolumeAlong } from '../../plans/chart-upgrade-databases.js';
import type { EnginePart } from '../copier/database-engine.js';
import { findDatabaseServer } from './find-database-server.js';

interface Found {
  readonly databases: readonly FoundDatabaseOfRelease[];
  readonly problems: readonly Problem[];
}

type Wish = ChartUpgradeSpec['databases'][number];

/** The databases as their servers tell of them; one whose Service is there and the release does not make lives elsewhere. */
export async function findReleasedDatabases(part: EnginePart, spec: ChartUpgradeSpec, { manifest }: Revision, act: Act): Promise<Found> {
  const services = new Set(manifest.filter(({ kind }) => kind === 'Service').map(({ metadata }) => metadata.name));
  const { namespace } = spec.source;
  const ask = (wish: Wish, index: number) => {
    const [shown, check] = [`${namespace}/${wish.from.service}`, `databases.${index}`];
    const along = spec.databases.filter((each) => each.from.service === wish.from.service);
    const listed = takesVolumeAlong(wish) ? undefined : along.map(({ name }) => name);
    return askServerOfRelease(part, act, { shown, server: serverOf(wish, 'from', spec), check, listed, wishes: [{ name: wish.name, check }] });
  };
  const isThere = ({ from }: Wish) => part.kube.get({ apiVersion: 'v1', kind: 'Service', namespace, name: from.service });
  const leave = async (wish: Wish, index: number): Promise<Found> =>
    (await isThere(wish))
      ? { databases: [elsewhere(wish)], problems: [] }
      : { databases: [], problems: [{ check: `databases.${index}.from.service`, message: `Service ${namespace}/${wish.from.service} is not there` }] };
  const found = await Promise.all(spec.databases.map((wish, index) => (services.has(wish.from.service) ? ask(wish, index) : leave(wish, index))));
  return { databases: found.flatMap(({ databases }) => databases), problems: found.flatMap(({ problems }) => problems) };
}

const elsewhere = ({ name }: Wish): FoundDatabaseOfRelease => ({ name, bytes: 0, major: 0, unlogged: false, notes: [], external: true });

interface AskedServer {
  /** As people say it. */
  readonly shown: string;
  readonly server: PostgresServerRef;
  /** The server's place in the spec. */
  readonly check: string;
  /** Each with its place in the spec. */
  readonly wishes: readonly { readonly name: string; readonly check: string }[];
  /** All that are to be taken from it; absent where its whole volume goes along. */
  readonly listed?: readonly string[] | undefined;
}

/** Those that are there; and what stands in the way of each, or why the server cannot be asked. */
export async function askServerOfRelease(part: EnginePart, act: Act, { wishes, listed, ...asked }: AskedServer): Promise<Found> {
  const { found, problems } = await findDatabaseServer(part, act, { ...asked, databases: wishes.map(({ name }) => name) });
  if (!found) return { databases: [], problems };
  const { major = 0, unlogged = [], systemIdentifier, others = [] } = found;
  const forgotten = listed ? others.filter((name) => !listed.includes(name)) : [];
  return {
    databases: found.databases
      .filter(({ exists }) => exists)
      .map(({ name, bytes, notes, facts }) => ({
        ...{ name, bytes, major, unlogged: unlogged.includes(name), notes },
        ...(facts.length > 0 && { facts }),
        ...(systemIdentifier !== undefined && { systemIdentifier }),
      })),
    problems: [
      ...found.databases.flatMap(({ name, exists, problems: each }, index) =>
        (exists ? each : [`database ${name} is not there`]).map((message) => ({ check: wishes[index]?.check ?? '', message })),
      ),
      ...forgotten.map((name) => ({ check: asked.check, message: `${asked.shown} holds database ${name}, too, which would stay behind: list it, or drop it` })),
    ],
  };
}
