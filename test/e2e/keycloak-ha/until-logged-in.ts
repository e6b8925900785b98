import { seededLogin } from '../../../examples/keycloak-ha/seed/rows.js';
import type { Place } from '../story/tools.js';
import { logIn, release, untilServed } from './product.js';

/** Users are served: one of those that were seeded logs in. */
export async function untilLoggedIn(place: Place): Promise<void> {
  await untilServed(place, `${release}-keycloak`, '/health/ready');
  const status = await logIn(place, seededLogin(7));
  if (status !== 200) throw new Error(`a seeded user logs in and is answered ${status}`);
}
