import { existsSync, readFileSync } from 'node:fs';

/** Left by engines; a virtual machine that was made from an image has them, too. */
const markers = ['/.dockerenv', '/run/.containerenv'];

/** Whether this process shares its network with others of a container. Our own image says so by REHELM_IN_CONTAINER. */
export function isInContainer(env: NodeJS.ProcessEnv): boolean {
  if (env['REHELM_IN_CONTAINER'] || env['KUBERNETES_SERVICE_HOST'] || env['container']) return true;
  return markers.some((path) => existsSync(path)) && !hasDiskAsRoot(readFileSync('/proc/self/mounts', 'utf8'));
}

/** From `device mountpoint type …` lines: a container's root is an overlay, a machine's is a device. */
export const hasDiskAsRoot = (mounts: string): boolean => mounts.split('\n').some((line) => /^\/dev\/\S+ \/ /.test(line));
