import { createInterface } from 'node:readline/promises';
import pc from 'picocolors';

export type Colors = ReturnType<typeof pc.createColors>;

/** Where a command reads and writes: data to standard output, everything else to standard error. */
export interface Terminal {
  readonly env: NodeJS.ProcessEnv;
  /** Data: one call, one line or more. */
  out(text: string): void;
  /** Data as it is, byte for byte. */
  write(text: string): void;
  /** Progress and messages. */
  say(text: string): void;
  /** Overwrites the last line on a terminal; nothing elsewhere. Empty removes it. */
  live(text: string): void;
  /** Of standard output. */
  readonly outColors: Colors;
  /** Of standard error. */
  readonly colors: Colors;
  /** Somebody sits here and can be asked. */
  readonly interactive: boolean;
  /** Rejects when `stop` aborts, or at Ctrl-C. */
  ask(question: string, stop: AbortSignal): Promise<string>;
  /** Aborts at the first Ctrl-C. */
  readonly interrupted: AbortSignal;
}

const clearLine = '\r\u001b[2K';

/** The process's own. A second Ctrl-C ends it as usual. */
export function processTerminal(): Terminal {
  const { stdin, stdout, stderr, env } = process;
  const plain = Boolean(env['NO_COLOR']) || env['TERM'] === 'dumb';
  const controller = new AbortController();
  process.once('SIGINT', () => controller.abort());
  let isLive = false;
  const clear = () => {
    if (isLive) stderr.write(clearLine);
    isLive = false;
  };
  return {
    env,
    out: (text) => {
      clear();
      stdout.write(`${text}\n`);
    },
    write: (text) => {
      clear();
      stdout.write(text);
    },
    say: (text) => {
      clear();
      stderr.write(`${text}\n`);
    },
    live: (text) => {
      if (!stderr.isTTY || plain) return;
      clear();
      if (text === '') return;
      isLive = true;
      stderr.write(text);
    },
    outColors: pc.createColors(Boolean(stdout.isTTY) && !plain),
    colors: pc.createColors(Boolean(stderr.isTTY) && !plain),
    interactive: Boolean(stdin.isTTY && stderr.isTTY) && !env['CI'],
    ask: async (question, stop) => {
      clear();
      const reader = createInterface({ input: stdin, output: stderr });
      // While a line is read the terminal is raw, and Ctrl-C comes here.
      reader.once('SIGINT', () => controller.abort());
      try {
        return await reader.question(question, { signal: AbortSignal.any([stop, controller.signal]) });
      } catch (error) {
        stderr.write('\n');
        throw error;
      } finally {
        reader.close();
      }
    },
    interrupted: controller.signal,
  };
}
