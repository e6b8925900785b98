import type { Inspected, Plan } from '../model/plan.js';

/** What was found of databases, for a plan; absent where nothing was. */
export function inspectedOf(databases: readonly { readonly name: string; readonly facts?: Inspected['facts'] }[]): Pick<Plan, 'inspected'> {
  const inspected = databases.flatMap(({ name, facts }) => (facts ? [{ name, facts }] : []));
  return inspected.length > 0 ? { inspected } : {};
}
