import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { fourEyes } from '../model/schema/four-eyes-file.js';
import type { Settings } from '../model/settings.js';

/** Throws a plain Error that names the variable when its value makes no sense. */
export function readPositive(env: NodeJS.ProcessEnv, name: string, otherwise: number): number {
  const text = env[name];
  const value = text === undefined || text.trim() === '' ? otherwise : Number(text);
  if (!Number.isFinite(value) || value <= 0) throw new Error(`${name}: expected a positive number, got ${text}`);
  return value;
}

/** Of the API's access file, where the worker is given it, too. */
function readFourEyes(file: string | undefined): readonly string[] {
  if (!file) return [];
  const text: unknown = parse(readFileSync(file, 'utf8'));
  const held = typeof text === 'object' && text !== null && 'fourEyes' in text ? text.fourEyes : undefined;
  return fourEyes.parse(held).namespaces;
}

/** Reads `REHELM_*`. Throws a plain Error that names the variable when its value makes no sense. */
export function readSettings(env: NodeJS.ProcessEnv): Settings {
  return {
    taskQueue: env['REHELM_TASK_QUEUE'] || 'rehelm',
    copierImage: env['REHELM_COPIER_IMAGE'] || 'rehelm/copier:dev',
    drillImage: env['REHELM_DRILL_IMAGE'] || 'rehelm/drill:dev',
    heartbeatTimeoutSeconds: readPositive(env, 'REHELM_HEARTBEAT_TIMEOUT_SECONDS', 10),
    escrowRecipients: (env['REHELM_ESCROW_RECIPIENTS'] ?? '').split(/[\s,]+/).filter(Boolean),
    fourEyes: readFourEyes(env['REHELM_ACCESS']),
    searchAttributes: false,
  };
}
