import { failure } from '../../../errors.js';

/** The server's own, a cluster manager's, and our notes. */
const own = new Set(['postgres', 'template0', 'template1', 'repmgr', 'rehelm']);

/** Forbidden for a database that no restore may touch. */
export function refuseProtected(...names: readonly string[]): void {
  const name = names.find((each) => own.has(each));
  if (name !== undefined) throw failure('Forbidden', `Database ${name} is the server's own; nothing is restored over it.`);
}
