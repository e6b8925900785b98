import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { homedir, hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import type { Run } from '../shared-worker.js';

const folder = 'test/histories';

/** With UPDATE_HISTORIES=1 the run's history is committed: every later worker must be able to go on with it. */
export async function keepHistory(name: string, run: Run): Promise<void> {
  if (process.env['UPDATE_HISTORIES'] !== '1') return;
  await mkdir(folder, { recursive: true });
  const json = JSON.stringify(JSON.parse(historyToJSON(await run.fetchHistory())));
  await writeFile(join(folder, `${name}.json`), `${anywhere(json)}\n`);
}

const literally = (text: string): string => text.replace(/[^\w]/g, '\\$&');

/** What only this machine says, in stacks and identities, and what is said instead. */
const ofThisMachine = [
  [folderPattern(process.cwd()), ''],
  [folderPattern(tmpdir()), 'tmp/'],
  [folderPattern(homedir()), '~/'],
  [new RegExp(`\\d+@${literally(hostname())}`, 'g'), 'test'],
] as const;

/** Where a path begins with it, and not where it goes on with it: a Secret may have the name of a folder. */
function folderPattern(path: string): RegExp {
  return new RegExp(`(?<![\\w.-])${literally(path)}/`, 'g');
}

const withoutMachine = (text: string): string => ofThisMachine.reduce((told, [pattern, instead]) => told.replace(pattern, instead), text);

/** A history as it would have been on any machine, payloads included. */
function anywhere(json: string): string {
  const payloads = json.replace(/"data":"([^"]+)"/g, (whole, data: string) => {
    const text = Buffer.from(data, 'base64').toString();
    const told = withoutMachine(text);
    return told === text ? whole : `"data":"${Buffer.from(told).toString('base64')}"`;
  });
  return withoutMachine(payloads);
}

export interface KeptHistory {
  readonly name: string;
  readonly json: string;
}

export async function keptHistories(): Promise<readonly KeptHistory[]> {
  if (!existsSync(folder)) return [];
  const files = (await readdir(folder)).filter((file) => file.endsWith('.json')).sort();
  return Promise.all(files.map(async (file) => ({ name: file.replace(/\.json$/, ''), json: await readFile(join(folder, file), 'utf8') })));
}
