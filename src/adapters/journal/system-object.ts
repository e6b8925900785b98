import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { isFailure } from '../../errors.js';
import { systemNamespace } from '../../model/act.js';
import type { KubeObject } from '../../model/kube-object.js';
import type { RawKube } from '../kube/kube.js';

/** Runs `write`, and once more after making rehelm-system where that is what was missing. */
export async function inSystemNamespace<T>(raw: RawKube, write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    if (!isFailure(error, 'NotFound')) throw error;
    await ensureSystemNamespace(raw);
    return write();
  }
}

async function ensureSystemNamespace(raw: RawKube): Promise<void> {
  const namespace: KubeObject = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: systemNamespace } };
  await raw.create(namespace).catch((error: unknown) => {
    if (!isFailure(error, 'AlreadyExists')) throw error;
  });
}

const maxTries = 12;
const pauseMilliseconds = 30;

/** Starts over from a fresh read while somebody else is faster. */
export async function onFreshRead<T>(attempt: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await attempt();
    } catch (error) {
      if (!isFailure(error, 'Conflict', 'AlreadyExists') || tries === maxTries) throw error;
      await sleep(pauseMilliseconds * tries * Math.random());
    }
  }
}

export const shortHash = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 16);

/**
 * Any text as part of an object's name. A run's id goes in whole: Temporal's run ids are UUIDs of version 7, whose first digits are the time,
 * so that two runs of the same minute share them.
 */
export const namePart = (text: string): string => (text.length <= 63 && /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/.test(text) ? text : shortHash(text));
