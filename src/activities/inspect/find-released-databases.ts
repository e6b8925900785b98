import type { Revision } from '../../adapters/helm/helm.js';
import type { Act } from '../../model/act.js';
import type { ChartUpgradeSpec, FoundDatabaseOfRelease } from '../../model/chart-upgrade.js';
import type { Problem } from '../../model/plan.js';
import { serverOf } from '../../plans/chart-upgrade-databases.js';
import type { EnginePart } from '../copier/database-engine.js';
import { findDatabaseServer } from './find-database-server.js';

interface Found {
  readonly databases: readonly FoundDatabaseOfRelease[];
  readonly problems: readonly Problem[];
}

type Wish = ChartUpgradeSpec['databases'][number];

/** The databases as their servers tell of them; one whose Service the release does not make lives elsewhere. */
export async function findReleasedDatabases(part: EnginePart, spec: ChartUpgradeSpec, { manifest }: Revision, act: Act): Promise<Found> {
  const services = new Set(manifest.filter(({ kind }) => kind === 'Service').map(({ metadata }) => metadata.name));
  const found = await Promise.all(
    spec.databases.map((wish, index) => (services.has(wish.from.service) ? ask(part, spec, wish, index, act) : { databases: [elsewhere(wish)], problems: [] })),
  );
  return { databases: found.flatMap(({ databases }) => databases), problems: found.flatMap(({ problems }) => problems) };
}

const elsewhere = ({ name }: Wish): FoundDatabaseOfRelease => ({ name, bytes: 0, major: 0, unlogged: false, notes: [], external: true });

async function ask(part: EnginePart, spec: ChartUpgradeSpec, { name, ...wish }: Wish, index: number, act: Act): Promise<Found> {
  const server = serverOf({ name, ...wish }, 'from', spec);
  const { service, port } = wish.from;
  const check = `databases.${index}`;
  const { secretRef, user } = server.admin;
  const at = {
    service: { namespace: spec.source.namespace, name: service },
    port,
    admin: { secretRef: { userKey: 'username', passwordKey: 'password', ...secretRef }, ...(user && { user }) },
  };
  const { found, problems } = await findDatabaseServer(part, act, { spec: { engine: 'postgresql', at }, server, databases: [name], check });
  const there = found?.databases[0];
  if (!found || !there) return { databases: [], problems };
  if (!there.exists) return { databases: [], problems: [{ check, message: `database ${name} is not there` }] };
  const { bytes, notes, facts } = there;
  const { major = 0, unlogged = [] } = found;
  const database = { name, bytes, major, unlogged: unlogged.includes(name), notes, ...(facts.length > 0 && { facts }) };
  return { databases: [database], problems: there.problems.map((message) => ({ check, message })) };
}
