import { join } from 'node:path';
import { stateRoot } from '../paths.js';
import { withFileLock } from '../process/file-lock.js';

/** Holds a cluster while `work` changes it or its state. */
export function withClusterLock<T>(name: string, work: () => Promise<T>): Promise<T> {
  return withFileLock(join(stateRoot(), '.locks', name), `cluster ${name}`, work);
}
