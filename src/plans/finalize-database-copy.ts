import type { FinalizeInventoryOf } from '../model/finalize.js';
import type { Phase } from '../model/plan.js';
import { databaseServer } from './database-server.js';
import { formerPolicies } from './former-policies.js';
import type { TypedStep } from './step.js';

/** The source is its owner's, and stays as it is: only the run's own notes go. */
export function finalizeDatabaseCopy({ spec, volumes }: FinalizeInventoryOf<'DatabaseCopy'>): readonly Phase[] {
  const clean: TypedStep = { id: 'finalize/clean', step: 'cleanCopies', title: "Forget the copier's notes", input: { server: databaseServer(spec.target) } };
  return [formerPolicies(volumes), { id: 'notes', title: 'Notes', steps: [clean] }];
}
