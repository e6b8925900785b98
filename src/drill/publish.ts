import { gzipSync } from 'node:zlib';
import { putArtifact } from '../adapters/journal/artifacts.js';
import type { RawKube } from '../adapters/kube/kube.js';
import { type DrillRequest, type DrillResult, drillArtifacts } from '../model/drill.js';

/** Puts ledger and result where they outlive the pods, the workflow and Temporal: into the run's store. Who comes second changes nothing. */
export async function publish(kube: RawKube, { run, name }: DrillRequest, ledger: string, result: DrillResult): Promise<void> {
  const names = drillArtifacts(name);
  const create = (document: Parameters<RawKube['create']>[0]) => kube.create(document);
  await putArtifact(create, run, names.ledger, gzipSync(ledger));
  await putArtifact(create, run, names.result, Buffer.from(JSON.stringify(result)));
}
