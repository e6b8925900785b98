import { ExecaError, execa } from 'execa';
import { LabError } from '../lab-error.js';
import { interruption } from './interruption.js';

/** How to run a child process that ends by itself. */
export interface CommandOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string | AsyncIterable<Uint8Array>;
  readonly timeoutSeconds?: number;
  /** What to do when it fails. */
  readonly hint?: string;
}

/** Runs a command to its end; answers its stdout. A failure is a LabError with the last lines of its stderr. */
export async function run(file: string, args: readonly string[], options: CommandOptions = {}): Promise<string> {
  const { input, cwd, env, timeoutSeconds } = options;
  try {
    const result = await execa(file, args, {
      cancelSignal: interruption(),
      ...(cwd === undefined ? {} : { cwd }),
      ...(env === undefined ? {} : { env }),
      ...(timeoutSeconds === undefined ? {} : { timeout: timeoutSeconds * 1000 }),
      ...(input === undefined ? { stdin: 'ignore' as const } : { stdin: typeof input === 'string' ? [Buffer.from(input)] : input }),
    });
    return result.stdout;
  } catch (error) {
    throw asLabError(file, args, error, options.hint);
  }
}

/** Runs a command whose failure is an ordinary answer: true when it succeeded. */
export async function succeeds(file: string, args: readonly string[], options: CommandOptions = {}): Promise<boolean> {
  try {
    await run(file, args, options);
    return true;
  } catch (error) {
    interruption().throwIfAborted();
    if (error instanceof LabError) return false;
    throw error;
  }
}

function asLabError(file: string, args: readonly string[], error: unknown, hint: string | undefined): unknown {
  if (!(error instanceof ExecaError) || error.isCanceled) return error;
  const command = [file, ...args.slice(0, 3)].join(' ');
  if (error.code === 'ENOENT') return new LabError(`${file} was not found`, hint ?? `install ${file}, or put it on the PATH`);
  const lines = `${error.stderr ?? ''}`.trim().split('\n').slice(-8).join('\n');
  const outcome = error.timedOut ? 'took too long' : `ended with ${error.exitCode ?? error.signal ?? 'an error'}`;
  return new LabError(`${command} … ${outcome}${lines === '' ? '' : `:\n${lines}`}`, hint);
}
