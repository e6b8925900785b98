import type { ChildProcess } from 'node:child_process';
import type { Children } from './children.js';
import { type Place, run, soon } from './tools.js';

export interface TemporalServer {
  readonly port: number;
  readonly uiPort: number;
  /** SQLite; kept when the server is killed. */
  readonly dbFile: string;
}

/** Temporal's development server; answers when it is well. */
export async function startTemporal(place: Place, children: Children, { port, uiPort, dbFile }: TemporalServer): Promise<ChildProcess> {
  const program = place.env['REHELM_TEMPORAL'] ?? 'temporal';
  const ports = ['--port', String(port), '--ui-port', String(uiPort)];
  const child = children.start('temporal', program, ['server', 'start-dev', ...ports, '--db-filename', dbFile, '--log-level', 'warn']);
  await soon('Temporal', 30, async () => {
    const { exitCode } = await run(place, program, ['operator', 'cluster', 'health', '--address', `127.0.0.1:${port}`], { mayFail: true });
    return exitCode === 0 ? true : undefined;
  });
  return child;
}
