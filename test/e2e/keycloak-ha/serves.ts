import { seededLogin } from '../../../examples/keycloak-ha/seed/rows.js';
import { type Place, soon } from '../story/tools.js';
import { ask, logIn, release, untilServed } from './product.js';

const service = `${release}-keycloak`;

/** Those that were seeded are found; an empty database has the administrator only. Writes no row. */
export async function untilUsersFound(place: Place): Promise<void> {
  await untilServed(place, service, '/health/ready');
  await soon('users to be found', 60, async () => {
    const answer = await ask(place, service, '/realms/main/users?first=0&max=20');
    return answer?.status === 200 && Array.isArray(answer.body) && answer.body.length === 20 ? true : undefined;
  });
}

/** One of those that were seeded logs in, which is noted in a row. */
export async function expectLogin(place: Place): Promise<void> {
  const status = await logIn(place, seededLogin(7));
  if (status !== 200) throw new Error(`a seeded user logs in and is answered ${status}`);
}
