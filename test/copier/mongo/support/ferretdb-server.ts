import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { MongoClient } from 'mongodb';
import type { MongoAddress } from '../../../../src/model/mongo-facts.js';
import { freePort } from '../../../support/free-port.js';
import { leaveFree, onVolume } from '../../support/small-volume.js';

const cache = process.env['REHELM_CACHE'] ?? join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'rehelm');
const candidates = [process.env['REHELM_FERRETDB'], join(cache, 'tools', 'ferretdb', '1.24.2', 'ferretdb')];

/** The binary, or undefined where it was not built: tests that need it are then skipped, and say so. */
export const ferretdbBinary = candidates.find((path): path is string => path !== undefined && existsSync(path));

export interface Ferretdb {
  readonly at: MongoAddress;
  readonly client: MongoClient;
  /** Of a small volume: so many MiB are free then. */
  leaveFree(mebibytes: number): Promise<void>;
  stop(): Promise<void>;
}

async function connectWhenReady(uri: string, child: ChildProcess): Promise<MongoClient> {
  for (let attempt = 0; attempt < 200; attempt += 1) {
    const client = new MongoClient(uri, { auth: { username: 'root', password: 'root-password' }, authSource: 'admin', serverSelectionTimeoutMS: 200 });
    try {
      return await client.connect();
    } catch (error) {
      await client.close();
      if (child.exitCode !== null) throw error;
      await sleep(50);
    }
  }
  throw new Error('FerretDB did not answer within 10 s');
}

/** A server of its own on a free port, with users and passwords (SCRAM), on SQLite in a folder that goes with it, or on a volume of so many MiB, which needs root. */
export async function startFerretdb({ volumeMiB }: { readonly volumeMiB?: number } = {}): Promise<Ferretdb> {
  const folder = mkdtempSync(join(tmpdir(), 'rehelm-ferretdb-'));
  const port = await freePort();
  const setup = ['--test-enable-new-auth', '--setup-username=root', '--setup-password=root-password', '--setup-database=admin'];
  const quiet = ['--telemetry=disable', '--debug-addr=-', '--log-level=error'];
  const where = ['--handler=sqlite', `--sqlite-url=file:${folder}/`, `--state-dir=${folder}`, `--listen-addr=127.0.0.1:${port}`];
  const command = [String(ferretdbBinary), ...where, ...setup, ...quiet];
  const [program = '', ...args] = volumeMiB === undefined ? command : onVolume({ folder, mebibytes: volumeMiB, command });
  const child = spawn(program, args, { stdio: 'ignore' });
  const uri = `mongodb://127.0.0.1:${port}/`;
  const client = await connectWhenReady(uri, child);
  return {
    at: { uri, user: { name: 'root', password: 'root-password' } },
    client,
    leaveFree: (mebibytes) => leaveFree(Number(child.pid), folder, mebibytes),
    stop: async () => {
      await client.close();
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGKILL');
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
