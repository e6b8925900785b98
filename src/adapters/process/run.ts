import type { Readable } from 'node:stream';
import { isMainThread } from 'node:worker_threads';
import { execa } from 'execa';

export interface Command {
  /** The program, by name or path; found on the PATH of `env`. */
  readonly command: string;
  /** Never through a shell. Nothing secret: arguments show in the process list. */
  readonly args: readonly string[];
  /** The whole environment; nothing of the worker's own comes along. */
  readonly env: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Goes to standard input, which is closed after it. */
  readonly input?: string | Readable;
  /** Ends the child with SIGTERM, and with SIGKILL once `graceSeconds` have passed. */
  readonly signal?: AbortSignal;
  /** At least as long as the child needs to put its affairs in order; Helm marks its release as failed in this time. */
  readonly graceSeconds?: number;
  /** Of each of stdout and stderr. A child that writes more is ended. */
  readonly maxOutputBytes?: number;
}

/** How a child ended. All of it is data: it is for the caller to call something a failure. */
export interface Ended {
  /** Absent where a signal ended it, or where it could not be started. */
  readonly exitCode?: number;
  readonly signal?: string;
  readonly stdout: string;
  readonly stderr: string;
  /** It was ended because the caller's signal asked for it. */
  readonly cancelled: boolean;
  /** It wrote more than `maxOutputBytes`; what is here is the beginning. */
  readonly overflowed: boolean;
  /** Why it could not be started: `ENOENT`. */
  readonly startError?: string;
}

/** Why there is no exit code, in words; undefined where there is one, and nothing more to say than the child said itself. */
export function howEnded({ overflowed, cancelled, signal, startError }: Ended): string | undefined {
  if (overflowed) return 'it wrote more than is taken, and was ended';
  if (cancelled) return 'it was asked to end';
  if (signal !== undefined) return `${signal} ended it`;
  return startError === undefined ? undefined : `it could not be started: ${startError}`;
}

const defaultGraceSeconds = 90;
const defaultMaxOutputBytes = 64 * 1024 * 1024;

/** Runs a child that ends with its worker, however the worker ends. */
export async function run(command: Command): Promise<Ended> {
  const { args, env, cwd, input, signal, graceSeconds = defaultGraceSeconds, maxOutputBytes = defaultMaxOutputBytes } = command;
  const [file, ...wrapped] = dyingWithWorker([command.command, ...args]);
  const result = await execa(file, wrapped, {
    env,
    extendEnv: false,
    reject: false,
    stripFinalNewline: false,
    // Characters, for text; bytes of a file are at least as many.
    maxBuffer: maxOutputBytes,
    forceKillAfterDelay: graceSeconds * 1000,
    ...(input === undefined ? { stdin: 'ignore' as const } : { input }),
    ...(cwd !== undefined && { cwd }),
    ...(signal && { cancelSignal: signal }),
  });
  return {
    ...(result.exitCode !== undefined && { exitCode: result.exitCode }),
    ...(result.signal !== undefined && { signal: result.signal }),
    ...(result.exitCode === undefined && result.signal === undefined && { startError: result.code ?? 'unknown' }),
    stdout: result.stdout ?? '',
    stderr: result.stderr ?? '',
    cancelled: result.isCanceled,
    overflowed: result.isMaxBuffer,
  };
}

/**
 * A worker that is killed takes its child with it: the kernel sends SIGKILL (prctl PR_SET_PDEATHSIG, set by util-linux' setpriv).
 * Without it a helm of a dead worker would go on writing beside its successor.
 * The signal is tied to the *thread* that forked (Node forks on the thread that calls spawn), so this belongs on the main thread.
 * `sh` closes the gap between fork and prctl: where the worker is dead by then, its parent is no longer the one it was started by.
 */
function dyingWithWorker(command: readonly [string, ...string[]]): [string, ...string[]] {
  if (!isMainThread) throw new Error('children are started on the main thread only: they die with the thread that started them');
  if (process.platform !== 'linux') return [...command];
  const script = 'parent=$1; shift; [ "$PPID" = "$parent" ] || exit 137; exec "$@"';
  return ['setpriv', '--pdeathsig', 'KILL', '--', 'sh', '-c', script, 'sh', String(process.pid), ...command];
}
