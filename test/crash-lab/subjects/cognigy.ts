import { copyFileSync } from 'node:fs';
import type { Fingerprint } from '../../../examples/cognigy/seed/fingerprint.js';
import { deployProduct, differences, fingerprint, publish, waitReady } from '../../e2e/story/product.js';
import { kubectl } from '../../e2e/story/tools.js';
import { runId } from '../../e2e/story/watch.js';
import type { Side, Subject } from '../subject.js';

const documents = 2000;
const namespaceOf = (side: Side): string => (side === 'old' ? 'default' : 'cognigy-ai');

/** The main job: from Kustomize to Helm. What it leaves where it was stays the same object. */
export const cognigy: Subject<Fingerprint> = {
  workflowId: runId,
  async deploy(place, _registry, tell) {
    const isDeployed = (await kubectl(place, ['get', 'deployment', '-n', 'default', 'service-api'], { mayFail: true })).exitCode === 0;
    if (!isDeployed) await deployProduct(place, documents, tell);
  },
  writeSpec: async (place, registry, file, changes) => copyFileSync(await publish(place, registry, { ...changes }), file),
  untilServed: (place, side) => waitReady(place, namespaceOf(side)),
  readData: (place, side) => fingerprint(place, namespaceOf(side), side === 'new'),
  dataDifferences: (beginning, now, side) => differences(beginning, now, side === 'new'),
  isRemade: () => false,
  isGenerated: () => false,
};
