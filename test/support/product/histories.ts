import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import type { Run } from './migration.js';

const folder = 'test/histories';

/** With UPDATE_HISTORIES=1 the run's history is committed: every later worker must be able to go on with it. */
export async function keepHistory(name: string, run: Run): Promise<void> {
  if (process.env['UPDATE_HISTORIES'] !== '1') return;
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, `${name}.json`), `${JSON.stringify(JSON.parse(historyToJSON(await run.fetchHistory())))}\n`);
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
