/** What an administrator sets for a worker; read once from the environment. */
export interface Settings {
  readonly taskQueue: string;
  /** Image of the Jobs that move data. */
  readonly copierImage: string;
  /** How soon the death of a worker is noticed, in seconds. */
  readonly heartbeatTimeoutSeconds: number;
  /** age recipients to whom escrow is encrypted; without one, a spec that asks for escrow is refused. */
  readonly escrowRecipients: readonly string[];
  /** True where `rehelm setup` registered the search attributes; found at the worker's start. */
  readonly searchAttributes: boolean;
}

/** Throws a plain Error that names the variable when its value makes no sense. */
export function readPositive(env: NodeJS.ProcessEnv, name: string, otherwise: number): number {
  const text = env[name];
  const value = text === undefined || text.trim() === '' ? otherwise : Number(text);
  if (!Number.isFinite(value) || value <= 0) throw new Error(`${name}: expected a positive number, got ${text}`);
  return value;
}

/** Reads `REHELM_*`. Throws a plain Error that names the variable when its value makes no sense. */
export function readSettings(env: NodeJS.ProcessEnv): Settings {
  return {
    taskQueue: env['REHELM_TASK_QUEUE'] || 'rehelm',
    copierImage: env['REHELM_COPIER_IMAGE'] || 'rehelm/copier:dev',
    heartbeatTimeoutSeconds: readPositive(env, 'REHELM_HEARTBEAT_TIMEOUT_SECONDS', 10),
    escrowRecipients: (env['REHELM_ESCROW_RECIPIENTS'] ?? '').split(/[\s,]+/).filter(Boolean),
    searchAttributes: false,
  };
}
