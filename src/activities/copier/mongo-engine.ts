import { isDeepStrictEqual } from 'node:util';
import type { DatabaseHash, DatabaseInspection, FenceCapture, ReadCollection } from '../../model/copier-mongo.js';
import type { MongoServerRef } from '../../model/database-refs.js';
import { runCopier } from './copier-job.js';
import type { DatabaseEngine, EnginePart, FoundDatabase } from './database-engine.js';
import type { MongoProof } from './database-proofs.js';
import { describeMongo } from './describe-inspection.js';
import { copyByTools } from './mongo-pipe.js';
import { resolveMongo } from './resolve-credentials.js';

/** The engine's verbs for a server that speaks MongoDB's protocol. */
export function mongoEngine(part: EnginePart, server: MongoServerRef): DatabaseEngine {
  const { kube } = part;
  const reach = async () => ({ engine: 'mongodb', at: await resolveMongo(kube, server) }) as const;
  const sourceOf = async (source: unknown) => (source ? { source: await resolveMongo(kube, source as MongoServerRef) } : {});

  return {
    async inspect(databases, act) {
      const request = { ...(await reach()), verb: 'inspect', databases } as const;
      const { result } = await runCopier(request, act, part, { subject: JSON.stringify([server, databases]) });
      return { server: result.server, databases: result.databases.map(found) };
    },

    async checkCopy({ source, databases }, act) {
      const request = { ...(await reach()), ...(await sourceOf(source)), verb: 'checkCopy', databases } as const;
      return (await runCopier(request, act, part, { subject: JSON.stringify([server, source, databases]) })).result;
    },

    async captureFence(databases, { allowUsers = [], prefer }, act) {
      const request = { ...(await reach()), verb: 'captureFence', databases, allowUsers, ...(prefer && { prefer }) } as const;
      return (await runCopier(request, act, part, { subject: JSON.stringify([server, databases]) })).result;
    },

    async fence(given, act) {
      const captured = given as FenceCapture;
      if (captured.method === 'none') return { method: 'none', holes: captured.holes };
      const { method, holes } = (await runCopier({ ...(await reach()), verb: 'fence', run: act.run, epoch: act.epoch, captured }, act, part)).result;
      return { method, holes, ...(captured.stops?.length && { stops: captured.stops }) };
    },

    async unfence(given, act) {
      const captured = given as FenceCapture;
      if (captured.method === 'none') return;
      await runCopier({ ...(await reach()), verb: 'unfence', run: act.run, epoch: act.epoch, captured }, act, part);
    },

    async copy({ tools, ...order }, { run, epoch, step }) {
      // A plan pairs servers of one engine.
      if (tools) return copyByTools({ server, ...order, source: (order.source ?? server) as MongoServerRef, image: tools.image }, { run, epoch, step }, part);
      const { source, from, to, unitBytes, connections, bytesPerSecond, accounts, withinSeconds } = order;
      const limits = {
        ...(unitBytes !== undefined && { unitBytes }),
        ...(connections !== undefined && { connections }),
        ...(bytesPerSecond !== undefined && { bytesPerSecond }),
        ...(accounts && { accounts }),
      };
      const request = { ...(await reach()), ...(await sourceOf(source)), verb: 'copy', run, epoch, step, from, to, ...limits } as const;
      const { result, attempts } = await runCopier(request, { run, epoch, step }, part, { withinSeconds });
      const { database, documents, bytes, hash, collections } = result.source;
      return {
        ...{ documents, bytes, collections: collections.length },
        ...(result.accounts && { accounts: result.accounts }),
        source: { database, documents, hash, collections: collections.map(asRead), ...(result.accounts && { accounts: result.accounts.made }) },
        ...{ seconds: result.seconds, bytesCopiedTwice: result.accounting.bytesCopiedTwice, attempts },
      };
    },

    async drop(database, act) {
      await runCopier({ ...(await reach()), verb: 'drop', run: act.run, epoch: act.epoch, database }, act, part);
    },

    async verify({ source, from, to, withinSeconds }, proof, act) {
      const { collections: copied, hash, accounts } = proof as MongoProof;
      const request = { ...(await reach()), ...(await sourceOf(source)), verb: 'verify', from, to, copied, ...(accounts && { accounts }) } as const;
      const { equal, differences, documents, collections, standIns, source: read } = (await runCopier(request, act, part, { withinSeconds })).result;
      return {
        equal,
        differences,
        ...(standIns?.length && { standIns }),
        sourceChanged: read.hash !== hash,
        counts: { documents, collections: collections.length },
      };
    },

    async changedSince(proofs, act, withinSeconds) {
      const request = { ...(await reach()), verb: 'hash', databases: proofs.map(({ database }) => database) } as const;
      const { databases } = (await runCopier(request, act, part, { withinSeconds })).result;
      const of = (name: string) => databases.find(({ database }) => database === name);
      return {
        changed: proofs.flatMap((then) => change(then as MongoProof, of(then.database))),
        databases: databases.map(({ database, documents }) => ({ name: database, documents })),
      };
    },

    // Markers are in a database of their own.
    async release() {},

    async clean({ run, epoch, step }) {
      await runCopier({ ...(await reach()), verb: 'clean', run }, { run, epoch, step }, part);
    },
  };
}

const asRead = ({ name, documents, bytes, hash }: ReadCollection): ReadCollection => ({ name, documents, bytes, hash });

function found(inspected: DatabaseInspection): FoundDatabase {
  const { name, exists, bytes, collections, documents, problems, notes } = inspected;
  const holds = collections.length === 0 ? {} : { holds: `${collections.length} collections with ${documents} documents` };
  return { name, exists, bytes, problems, notes, facts: describeMongo(inspected), ...holds };
}

function change(then: MongoProof, now: DatabaseHash | undefined): readonly string[] {
  if (now && isDeepStrictEqual([then.hash, then.documents], [now.hash, now.documents])) return [];
  const same = then.documents === now?.documents ? ', with other contents' : '';
  return [`${then.database} held ${then.documents} documents when it was copied and holds ${now?.documents ?? 0} now${same}`];
}
