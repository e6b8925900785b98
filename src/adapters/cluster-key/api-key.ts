import { readFile } from 'node:fs/promises';
import type { RawKube } from '../kube/kube.js';
import { clusterKey } from './cluster-key.js';

/** The API's key: idempotency, cursors and signatures hang on it. Never kept but in memory. */
export type ApiKey = () => Promise<Buffer>;

const leastBytes = 32;

/**
 * The key of the file `REHELM_API_KEY_FILE`, else of the Secret rehelm-system/api-key, which is made where it is not there: so all replicas have the same one,
 * and the same after a restart. Read once; Unreachable while the cluster is away, and tried again at the next call.
 */
export function apiKey(env: NodeJS.ProcessEnv, cluster: () => Promise<RawKube>): ApiKey {
  const file = env['REHELM_API_KEY_FILE'];
  const read = file ? () => fromFile(file) : async () => clusterKey(await cluster(), 'api-key', { 'rehelm.dev/request': 'api-key' });
  let kept: Promise<Buffer> | undefined;
  return () => {
    kept ??= read().catch((error: unknown) => {
      kept = undefined;
      throw error;
    });
    return kept;
  };
}

async function fromFile(file: string): Promise<Buffer> {
  const key = await readFile(file);
  if (key.byteLength < leastBytes) throw new Error(`REHELM_API_KEY_FILE: ${file} has fewer than ${leastBytes} bytes`);
  return key;
}
