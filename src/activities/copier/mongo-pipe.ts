import type { Act } from '../../model/act.js';
import type { MongoServerRef } from '../../model/database-refs.js';
import { runCopier } from './copier-job.js';
import type { CopiedDatabase, CopyOrder, EnginePart } from './database-engine.js';
import type { MongoProof } from './database-proofs.js';
import { runMongoTools } from './mongo-tools.js';
import { resolveMongo } from './resolve-credentials.js';

export interface PipedCopyOrder extends Pick<CopyOrder, 'from' | 'to' | 'connections' | 'withinSeconds'> {
  /** Of the image with mongodump and mongorestore; its user names it. */
  readonly image: string;
  readonly source: MongoServerRef;
  /** The target. */
  readonly server: MongoServerRef;
}

type ReadSource = Omit<MongoProof, 'accounts'> & { readonly bytes: number };

/** What the tools are about to move, for the proof: nobody else has read it. */
async function readSource({ source, from, withinSeconds }: PipedCopyOrder, act: Act, part: EnginePart): Promise<ReadSource> {
  const request = { engine: 'mongodb', verb: 'hash', at: await resolveMongo(part.kube, source), databases: [from] } as const;
  const [read] = (await runCopier(request, act, part, { withinSeconds })).result.databases;
  if (!read) throw new TypeError('a hash answers for each database');
  const { documents, bytes, hash, collections } = read;
  return { database: from, documents, bytes, hash, collections: collections.map(({ options: _o, indexes: _i, ...each }) => each) };
}

/**
 * By mongodump piped into mongorestore. The source is read first: a worker that dies has to read it again, and finds the pipe where it is. Each pod of the pipe
 * begins with a target that the copier has emptied and taken for the run, so that an undo drops it.
 */
export async function copyByTools(order: PipedCopyOrder, act: Act, part: EnginePart): Promise<CopiedDatabase> {
  const { server, source, from, to, image, connections, withinSeconds } = order;
  const startedMs = Date.now();
  const { bytes, ...proof } = await readSource(order, act, part);
  const take = { engine: 'mongodb', verb: 'takeTarget', at: await resolveMongo(part.kube, server), run: act.run, epoch: act.epoch, from, to } as const;
  const pipe = { kind: 'pipe', source, from, server, to, image, withinSeconds, ...(connections !== undefined && { jobs: connections }) } as const;
  const { attempts } = await runMongoTools(pipe, act, part, async () => void (await runCopier(take, act, part)));
  const { documents, collections } = proof;
  return { documents, bytes, collections: collections.length, source: proof, seconds: (Date.now() - startedMs) / 1000, attempts };
}
