import type { CopiedRoles } from '../../model/postgres-facts.js';

export interface ShownRoles {
  /** Made by the run. */
  readonly roles: readonly string[];
  /** Were there, and keep what they had. */
  readonly rolesFound?: readonly string[];
  /** What of roles is not as in the source, one sentence each. */
  readonly notes?: readonly string[];
}

/** For a step's result, which says nothing of what there is none. */
export const showRoles = ({ made, found, notes }: CopiedRoles): ShownRoles => ({
  roles: made,
  ...(found.length > 0 && { rolesFound: found }),
  ...(notes && { notes }),
});
