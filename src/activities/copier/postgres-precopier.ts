import type { Act } from '../../model/act.js';
import type { DatabaseServerRef, PostgresServerRef } from '../../model/database-refs.js';
import { beginCopier, keepCopier, runCopier } from './copier-job.js';
import type { EnginePart } from './database-engine.js';
import type { DrainedDatabase, Precopier, PrecopyOrder } from './precopier.js';
import { resolvePostgres } from './resolve-credentials.js';
import { showRoles } from './show-roles.js';

/** By publication and subscription of the servers themselves. */
export function postgresPrecopier(part: EnginePart, server: PostgresServerRef): Precopier {
  const { kube } = part;
  // A plan pairs servers of one engine.
  const sourceOf = (source: DatabaseServerRef) => resolvePostgres(kube, source as PostgresServerRef);
  const places = async ({ source, from, to }: PrecopyOrder) =>
    ({ engine: 'postgresql', at: await resolvePostgres(kube, server), source: await sourceOf(source), from, to }) as const;
  const proof = async (order: PrecopyOrder, { target }: DrainedDatabase, { run }: Act) =>
    ({ ...(await places(order)), verb: 'provePrecopy', horizon: target.horizon, run }) as const;

  return {
    async check(order, act) {
      const subject = JSON.stringify([server, order.source, order.from]);
      return (await runCopier({ ...(await places(order)), verb: 'checkPrecopy' }, act, part, { subject })).result.problems;
    },

    async begin({ slotLimitBytes, withinSeconds, ...order }, { run, epoch, step }) {
      const { from, to } = order;
      const guard = { engine: 'postgresql', verb: 'guardPrecopy', at: await sourceOf(order.source), run, from, to, slotLimitBytes } as const;
      await keepCopier(guard, { run, epoch, step }, part);
      const request = { ...(await places(order)), verb: 'precopy', run, epoch, step, slotLimitBytes, guarded: true } as const;
      const { result, attempts } = await runCopier(request, { run, epoch, step }, part, { withinSeconds });
      const { tables, bytes, lagBytes, roles, seconds } = result;
      return { tables, bytes, lagBytes, ...showRoles(roles), seconds, attempts };
    },

    async drain({ withinSeconds, ...order }, { run, epoch, step }) {
      const request = { ...(await places(order)), verb: 'drainPrecopy', run, epoch } as const;
      return (await runCopier(request, { run, epoch, step }, part, { withinSeconds })).result;
    },

    async hold({ withinSeconds, ...order }, drained, act) {
      await beginCopier(await proof(order, drained, act), act, part, { until: ({ phase }) => phase === 'hash', withinSeconds });
    },

    async prove({ withinSeconds, ...order }, drained, act) {
      const { equal, differences, notes, rows, tables } = (await runCopier(await proof(order, drained, act), act, part, { withinSeconds })).result;
      return { equal, differences, ...(notes && { notes }), sourceChanged: false, counts: { rows, tables: tables.length } };
    },

    async abort(order, { run, epoch, step }) {
      await runCopier({ ...(await places(order)), verb: 'abortPrecopy', run, epoch }, { run, epoch, step }, part);
    },
  };
}
