import type { DrillRequest } from '../../model/drill.js';
import type { Member, Members } from '../members.js';
import type { Clock } from './clock.js';
import type { Watch } from './watch.js';

export interface FindVictimParts {
  readonly request: DrillRequest;
  readonly watch: Pick<Watch, 'latest'>;
  readonly members: Pick<Members, 'known'>;
  readonly clock: Clock;
  /** The node on which the driver stands. */
  readonly ownNode: string;
}

const silentWithinMs = 2000;
const pollMs = 250;

/** Of which members the fault wants one. Without a database every member is a replica. */
export const wantedRole = ({ target, fault }: DrillRequest): 'primary' | 'replica' => (target.engine === 'http' ? 'replica' : fault.of);

/** Whom the fault hits, of replicas any that does not stand beside the driver. A member that is silent once is looked for a while longer; undefined where there is none then. */
export async function findVictim({ request, watch, members, clock, ownNode }: FindVictimParts): Promise<Member | undefined> {
  const wanted = wantedRole(request);
  const until = clock.now() + silentWithinMs;
  for (;;) {
    const roles = new Map(watch.latest.members.map(({ name, role }) => [name, role]));
    const found = members.known.find(({ name, node }) => roles.get(name) === wanted && (wanted === 'primary' || node !== ownNode));
    if (found || clock.now() > until) return found;
    await clock.sleep(pollMs);
  }
}
