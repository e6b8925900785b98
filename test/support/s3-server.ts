import { spawn } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ListMultipartUploadsCommand, S3Client } from '@aws-sdk/client-s3';
import type { BackupPlace } from '../../src/model/backup.js';
import { freePort } from './free-port.js';
import { scratchFolder } from './scratch-folder.js';

type S3Place = Extract<BackupPlace, { readonly kind: 's3' }>;

const program = process.env['REHELM_VERSITYGW'];
const isThere = program !== undefined && existsSync(program);

/** `describe` where the server is there; elsewhere a skipped suite and a line nobody overlooks. */
export function describeWithS3(): jest.Describe | typeof describe.skip {
  if (isThere) return describe;
  process.stderr.write('\nSKIPPED: no S3 server; set REHELM_VERSITYGW to what `bin/lab tools --print versitygw` names.\n\n');
  return describe.skip;
}

export interface S3Server {
  /** A bucket of its own each time. */
  place(more?: Partial<S3Place>): S3Place;
  /** That may do everything. */
  client(): S3Client;
  /** Keys of uploads that were begun and neither ended nor aborted. */
  openUploads(place: S3Place): Promise<readonly string[]>;
  stop(): Promise<void>;
}

/** A Versity S3 Gateway over a folder; buckets are folders in it. It checks signatures, as AWS does. */
export async function startS3(): Promise<S3Server> {
  const folder = scratchFolder('s3');
  const accessKey = { id: 'rehelm', secret: 's3-canary' };
  const port = await freePort();
  const endpoint = `http://127.0.0.1:${port}`;
  const env = { ...process.env, ROOT_ACCESS_KEY: accessKey.id, ROOT_SECRET_KEY: accessKey.secret };
  const child = spawn(String(program), ['--port', `127.0.0.1:${port}`, '--quiet', 'posix', folder], { env, stdio: 'ignore' });
  for (let attempt = 0; attempt < 200 && !(await fetch(endpoint).catch(() => undefined)); attempt++) await sleep(50);
  let buckets = 0;
  const client = () =>
    new S3Client({ endpoint, region: 'us-east-1', forcePathStyle: true, credentials: { accessKeyId: accessKey.id, secretAccessKey: accessKey.secret } });
  return {
    place(more = {}) {
      buckets += 1;
      const bucket = `backups-${buckets}`;
      mkdirSync(join(folder, bucket));
      return { kind: 's3', endpoint, region: 'us-east-1', bucket, prefix: 'nightly/shop', accessKey, ...more };
    },
    client,
    async openUploads({ bucket }) {
      const { Uploads = [] } = await client().send(new ListMultipartUploadsCommand({ Bucket: bucket }));
      return Uploads.map(({ Key = '' }) => Key);
    },
    async stop() {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill();
      await ended;
    },
  };
}
