import { gzipSync } from 'node:zlib';
import { getArtifact, putArtifact } from '../adapters/journal/artifacts.js';
import type { RawKube } from '../adapters/kube/kube.js';
import { type DrillRequest, type DrillResult, drillArtifacts } from '../model/drill.js';

/** Puts ledger and result where they outlive the pods, the workflow and Temporal: into the run's store. Answers the result that is kept: who comes second changes nothing. */
export async function publish(kube: Pick<RawKube, 'create' | 'get'>, { run, name }: DrillRequest, ledger: string, result: DrillResult): Promise<DrillResult> {
  const names = drillArtifacts(name);
  const create = (document: Parameters<RawKube['create']>[0]) => kube.create(document);
  await putArtifact(create, run, names.ledger, gzipSync(ledger));
  await putArtifact(create, run, names.result, Buffer.from(JSON.stringify(result)));
  const kept = await getArtifact(kube, run, names.result);
  return kept ? (JSON.parse(Buffer.from(kept).toString()) as DrillResult) : result;
}
