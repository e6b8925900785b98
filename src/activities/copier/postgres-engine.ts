import type { PostgresDatabaseInspection, PostgresFenceCapture } from '../../model/copier-postgres.js';
import { counted } from '../../model/counted.js';
import type { PostgresServerRef } from '../../model/database-refs.js';
import { runCopier } from './copier-job.js';
import type { DatabaseEngine, EnginePart, FoundDatabase } from './database-engine.js';
import type { PostgresProof } from './database-proofs.js';
import { describePostgres } from './describe-inspection.js';
import { postgresPrecopier } from './postgres-precopier.js';
import { resolvePostgres } from './resolve-credentials.js';
import { showRoles } from './show-roles.js';

/** The engine's verbs for a PostgreSQL server. */
export function postgresEngine(part: EnginePart, server: PostgresServerRef): DatabaseEngine {
  const { kube } = part;
  const reach = async () => ({ engine: 'postgresql', at: await resolvePostgres(kube, server) }) as const;
  const sourceOf = async (source: unknown) => (source ? { source: await resolvePostgres(kube, source as PostgresServerRef) } : {});

  return {
    async inspect(databases, act) {
      const request = { ...(await reach()), verb: 'inspect', databases } as const;
      const { result } = await runCopier(request, act, part, { subject: JSON.stringify([server, databases]) });
      return { ...result, databases: result.databases.map(found) };
    },

    async checkCopy({ source, databases }, act) {
      const request = { ...(await reach()), ...(await sourceOf(source)), verb: 'checkCopy', databases } as const;
      return (await runCopier(request, act, part, { subject: JSON.stringify([server, source, databases]) })).result;
    },

    async captureFence(databases, _wish, act) {
      const request = { ...(await reach()), verb: 'captureFence', databases } as const;
      return (await runCopier(request, act, part, { subject: JSON.stringify([server, databases]) })).result;
    },

    async fence(given, act) {
      const captured = given as PostgresFenceCapture;
      const { holes } = (await runCopier({ ...(await reach()), verb: 'fence', run: act.run, epoch: act.epoch, captured }, act, part)).result;
      return { method: captured.method, holes };
    },

    async unfence(given, act) {
      const captured = given as PostgresFenceCapture;
      await runCopier({ ...(await reach()), verb: 'unfence', run: act.run, epoch: act.epoch, captured }, act, part);
    },

    async copy({ source, from, to, unitBytes, connections, bytesPerSecond, guard, withinSeconds }, { run, epoch, step }) {
      const limits = {
        ...(unitBytes !== undefined && { unitBytes }),
        ...(connections !== undefined && { connections }),
        ...(bytesPerSecond !== undefined && { bytesPerSecond }),
        ...(guard !== undefined && { guard }),
      };
      const request = { ...(await reach()), ...(await sourceOf(source)), verb: 'copy', run, epoch, step, from, to, ...limits } as const;
      const { result, attempts } = await runCopier(request, { run, epoch, step }, part, { withinSeconds });
      const { database, rows, bytes, tables } = result.source;
      return {
        ...{ rows, bytes, tables, ...showRoles(result.roles), source: { database, rows, horizon: result.horizon } },
        ...{ seconds: result.seconds, bytesCopiedTwice: result.accounting.bytesCopiedTwice, attempts, ...(result.guard && { guard: result.guard }) },
      };
    },

    async drop(database, act) {
      await runCopier({ ...(await reach()), verb: 'drop', run: act.run, epoch: act.epoch, database }, act, part);
    },

    async verify({ source, from, to, withinSeconds }, proof, act) {
      const request = { ...(await reach()), ...(await sourceOf(source)), verb: 'verify', from, to, run: act.run } as const;
      const { equal, differences, notes, rows, tables } = (await runCopier(request, act, part, { withinSeconds })).result;
      const { rows: copied = rows } = (proof ?? {}) as Partial<PostgresProof>;
      return { equal, differences, ...(notes && { notes }), sourceChanged: rows !== copied, counts: { rows, tables: tables.length } };
    },

    async changedSince(given, act, withinSeconds) {
      const proofs = given as readonly PostgresProof[];
      const request = { ...(await reach()), verb: 'changedSince', databases: proofs.map(({ database, horizon }) => ({ name: database, horizon })) } as const;
      const { changed } = (await runCopier(request, act, part, { withinSeconds })).result;
      return { changed, databases: proofs.map(({ database, rows }) => ({ name: database, ...(rows !== undefined && { rows }) })) };
    },

    async release(databases, act) {
      await runCopier({ ...(await reach()), verb: 'release', run: act.run, epoch: act.epoch, databases }, act, part);
    },

    async clean({ run, epoch, step }) {
      await runCopier({ ...(await reach()), verb: 'clean', run }, { run, epoch, step }, part);
    },

    precopy: postgresPrecopier(part, server),
  };
}

function found(inspected: PostgresDatabaseInspection): FoundDatabase {
  const { name, exists, bytes, tables, problems, notes } = inspected;
  const rows = tables.reduce((sum, table) => sum + table.rows, 0);
  const facts = describePostgres(inspected);
  return {
    name,
    exists,
    bytes,
    problems,
    notes,
    facts,
    ...(tables.length > 0 && { holds: `${counted(tables.length, 'table')} with about ${counted(rows, 'row')}` }),
  };
}
