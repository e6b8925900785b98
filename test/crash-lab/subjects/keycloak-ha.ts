import { readRelease } from '../../e2e/keycloak-ha/product.js';
import { scene } from '../../e2e/keycloak-ha/scene.js';
import { untilUsersFound } from '../../e2e/keycloak-ha/serves.js';
import { workflowId, writeSpec } from '../../e2e/keycloak-ha/spec.js';
import type { ProductState } from '../../e2e/keycloak-ha/state.js';
import type { UpgradedRelease } from './upgraded-release.js';

/** A single PostgreSQL that becomes a highly available one. */
export const keycloakHa: UpgradedRelease<ProductState> = {
  scene,
  workflowId,
  readRelease,
  writeSpec,
  untilServed: (place) => untilUsersFound(place),
  generated: ['v1 Secret iam/sso-postgresql-ha-postgresql', 'v1 ConfigMap iam/sso-db-upgrade'],
};
