import { readRelease } from '../../e2e/live-agent/product.js';
import { scene, untilServedBy } from '../../e2e/live-agent/scene.js';
import { workflowId, writeSpec } from '../../e2e/live-agent/spec.js';
import type { ProductState } from '../../e2e/live-agent/state.js';
import type { UpgradedRelease } from './upgraded-release.js';

/** Live Agent's dependencies, replaced. */
export const liveAgent: UpgradedRelease<ProductState> = {
  scene,
  workflowId,
  readRelease,
  writeSpec,
  untilServed: untilServedBy,
  generated: ['postgresql', 'redis'].map((name) => `v1 Secret live-agent/cognigy-live-agent-${name}`),
};
