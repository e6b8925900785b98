import { adminSecret, type Engine, namespace, type Side, serverName } from './servers.js';

/** How a copy is slowed and cut, so that there is time to strike and something to lose. */
export interface CopySize {
  readonly unitSize: string;
  readonly connections: number;
  readonly bytesPerSecond?: string;
}

export const size: Required<CopySize> = { unitSize: '1Mi', connections: 2, bytesPerSecond: '400Ki' };
/** What a pod of the copier has under way. */
export const bytesUnderWay = 2 * 1024 ** 2;

/** The database of the source. */
export const sourceDatabase = 'shop';
export const stepsOf = (to: string) => ({ copy: `copy/${to}`, verify: `verify/${to}` });

/** A run that proves its copy and then waits at the gate. */
export function specOf(engine: Engine, to: string, copy: CopySize): object {
  const server = (side: Side) => ({
    engine: engine === 'postgres' ? 'postgresql' : engine,
    at: { service: `${namespace}/${serverName(engine, side)}`, admin: { secretRef: { namespace, name: adminSecret(engine) } } },
  });
  return {
    apiVersion: 'rehelm.dev/v1alpha1',
    kind: 'DatabaseCopy',
    metadata: { name: to },
    source: server('source'),
    target: server('target'),
    databases: [{ from: sourceDatabase, to }],
    copy,
    approval: { start: 'none', commit: {} },
    onFailure: { wait: '1s', then: 'rollback' },
  };
}
