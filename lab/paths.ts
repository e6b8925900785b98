import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { LabError } from './lab-error.js';

/** Where tools, layers and images are kept, by version, across checkouts. */
export function cacheRoot(): string {
  return process.env['REHELM_CACHE'] ?? join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'rehelm');
}

/**
 * Where running clusters keep their state. Machine-wide, because bridges and address ranges are; and short, because the kubelet
 * makes unix sockets below it, whose paths end at 107 bytes.
 */
export function stateRoot(): string {
  return process.env['REHELM_LAB_STATE'] ?? '/var/lib/rehelm-lab';
}

/** The checkout this code runs from, compiled (dist/lab) or not (lab). */
export function checkoutRoot(): string {
  for (let folder = import.meta.dirname; folder !== '/'; folder = dirname(folder)) {
    if (existsSync(join(folder, 'package.json'))) return folder;
  }
  throw new LabError(`no package.json above ${import.meta.dirname}`, 'run bin/lab from a checkout');
}
