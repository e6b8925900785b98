import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import type { CopierLine, CopierProgress, CopierRequest } from '../../../src/model/copier.js';

export interface CopierEnd {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly lines: readonly CopierLine[];
  readonly text: string;
}

export interface RunningCopier {
  readonly pid: number;
  /** Resolves with the first progress that the condition holds for. */
  progress(condition: (progress: CopierProgress) => boolean): Promise<CopierProgress>;
  kill(signal: NodeJS.Signals): void;
  readonly ended: Promise<CopierEnd>;
}

export interface CopierProgram {
  /** `env` besides what every copier gets. */
  start(request: CopierRequest, podUid: string, env?: Readonly<Record<string, string>>): RunningCopier;
  remove(): void;
}

const parseLines = (text: string) =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as CopierLine);

/** The program as its image has it: one bundled file, started with a request file. */
export async function bundleCopier(): Promise<CopierProgram> {
  const folder = mkdtempSync(join(tmpdir(), 'rehelm-copier-'));
  const outfile = join(folder, 'copier.cjs');
  await build({ entryPoints: ['src/copier/main.ts'], bundle: true, platform: 'node', format: 'cjs', target: 'node24', outfile, logLevel: 'error' });
  let requests = 0;
  const start = (request: CopierRequest, podUid: string, env: Readonly<Record<string, string>> = {}): RunningCopier => {
    const file = join(folder, `request-${++requests}.json`);
    writeFileSync(file, JSON.stringify(request));
    const child = spawn(process.execPath, [outfile], {
      env: { PATH: process.env['PATH'], REHELM_REQUEST: file, POD_UID: podUid, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let text = '';
    const watchers = new Set<() => void>();
    const collect = (chunk: Buffer) => {
      text += chunk.toString();
      for (const watch of watchers) watch();
    };
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    const ended = new Promise<CopierEnd>((resolve) => {
      child.once('close', (exitCode, signal) => resolve({ exitCode, signal, lines: parseLines(text.slice(0, text.lastIndexOf('\n') + 1)), text }));
    });
    const progress = (condition: (progress: CopierProgress) => boolean) =>
      new Promise<CopierProgress>((resolve, reject) => {
        const watch = () => {
          const complete = parseLines(text.slice(0, text.lastIndexOf('\n') + 1));
          const found = complete.flatMap((line) => ('progress' in line ? [line.progress] : [])).find(condition);
          if (found) resolve(found);
        };
        watchers.add(watch);
        ended.then(() => reject(new Error(`the copier ended first: ${text}`)));
        watch();
      });
    return { pid: Number(child.pid), progress, kill: (signal) => void child.kill(signal), ended };
  };
  return { start, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

export const resultOf = <Result>({ lines, text }: CopierEnd): Result => {
  const last = lines.at(-1);
  if (!last || !('result' in last)) throw new Error(`no result: ${text}`);
  return last.result as Result;
};

export const failureOf = ({ lines, text }: CopierEnd): { readonly type: string; readonly message: string; readonly details?: unknown } => {
  const last = lines.at(-1);
  if (!last || !('failure' in last)) throw new Error(`no failure: ${text}`);
  return last.failure;
};
