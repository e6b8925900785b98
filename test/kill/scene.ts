import type { ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { Client, Connection } from '@temporalio/client';
import { connectCluster } from '../../src/adapters/kube/connect.js';
import type { RawKube } from '../../src/adapters/kube/kube.js';
import { childrenOf, kill } from '../e2e/story/children.js';
import { type Stack, startStack } from '../e2e/story/stack.js';
import type { Place } from '../e2e/story/tools.js';

/** A Temporal, a worker and eyes of one engine's trials. */
export interface Scene {
  readonly place: Place;
  readonly kube: RawKube;
  readonly client: Client;
  readonly temporal: Pick<Stack, 'killTemporal' | 'startTemporal'>;
  /** Process id of the worker that lives. */
  worker(): number;
  /** SIGKILL: no last word. The next one is started at once. */
  replaceWorker(): Promise<void>;
  close(): Promise<void>;
}

/** Of the same compiled code as this file, which stays what it is while somebody compiles the checkout. */
const rehelmMain = fileURLToPath(new URL('../../src/cli/main.js', import.meta.url));

/** Logs go to `folder`. */
export async function openScene(lab: Place, folder: string): Promise<Scene> {
  const stack = await startStack(lab, folder);
  const { place } = stack;
  const workers = childrenOf(place, folder);
  const start = () => workers.start('workers', process.execPath, [rehelmMain, 'worker']);
  const connection = await Connection.connect({ address: stack.address });
  let worker: ChildProcess = start();
  return {
    place,
    kube: connectCluster({ kubeconfig: place.env['KUBECONFIG'] ?? '' }),
    client: new Client({ connection }),
    temporal: stack,
    worker: () => worker.pid ?? 0,
    replaceWorker: async () => {
      await kill(worker);
      worker = start();
    },
    close: async () => {
      await workers.stop();
      await connection.close();
      await stack.stop();
    },
  };
}
