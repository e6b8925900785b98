import { createReadStream } from 'node:fs';
import { rm, stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import {
  AbortMultipartUploadCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  type ListMultipartUploadsCommandOutput,
  PutObjectCommand,
  paginateListObjectsV2,
  S3Client,
} from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import type { BackupPlace } from '../../model/backup.js';
import type { ArtifactStore, StoredFile, WriteOptions } from './artifact-store.js';
import { asFailures, nameOfError, streamAsFailures } from './errors.js';
import { safePath } from './safe-path.js';

type S3Place = Extract<BackupPlace, { readonly kind: 's3' }>;

const mib = 1024 ** 2;
/** Of a part; a part is in memory while it is sent. */
const leastPartBytes = 8 * mib;
/** S3 takes 10,000. */
const mostParts = 9000;
const partsAtOnce = 3;
const mostDeletedAtOnce = 1000;

function connect({ endpoint, region, accessKey }: S3Place): S3Client {
  return new S3Client({
    region,
    credentials: { accessKeyId: accessKey.id, secretAccessKey: accessKey.secret },
    ...(endpoint !== undefined && { endpoint, forcePathStyle: true }),
    // Checksums that the SDK adds by itself are refused by some of those who speak S3; our own are in the manifest.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    requestHandler: { connectionTimeout: 10_000, requestTimeout: 120_000 },
  });
}

interface OpenUpload {
  readonly Key: string;
  readonly UploadId: string;
}

/**
 * Page by page. A page goes on after the last key of the one before, not after an upload: servers disagree about that marker. So of one key with more uploads than
 * a page takes, some are told next time. None where the access key may not ask for them, or where the server knows no such question.
 */
async function* openUploads(client: S3Client, Bucket: string, Prefix: string): AsyncIterable<OpenUpload> {
  let KeyMarker: string | undefined;
  do {
    const page = await client.send(new ListMultipartUploadsCommand({ Bucket, Prefix, KeyMarker })).catch(noneToTell);
    for (const { Key = '', UploadId = '' } of page.Uploads ?? []) yield { Key, UploadId };
    KeyMarker = page.IsTruncated ? page.Uploads?.at(-1)?.Key : undefined;
  } while (KeyMarker !== undefined);
}

function noneToTell(error: unknown): Partial<ListMultipartUploadsCommandOutput> {
  if (['AccessDenied', 'NotImplemented'].includes(nameOfError(error))) return {};
  throw error;
}

/**
 * A prefix of a bucket. Big files go up in parts. What was begun and failed is aborted, and what a killed writer began is with whatever removes its folder, so
 * that no invisible parts are left to be paid for.
 */
export function s3Store(place: S3Place): ArtifactStore {
  const client = connect(place);
  const { bucket: Bucket, prefix = '' } = place;
  const before = prefix === '' ? '' : `${prefix.replace(/^\/+|\/+$/g, '')}/`;
  const keyOf = (path: string) => `${before}${safePath(path)}`;
  const name = `s3://${Bucket}/${before}`.replace(/\/$/, '');
  const doing = <T>(what: string, path: string, act: () => Promise<T>) => asFailures(`${what} ${path || 'everything'} in ${name}`, act);

  async function upload(path: string, content: AsyncIterable<Uint8Array>, { signal, expectedBytes }: WriteOptions): Promise<number> {
    let bytes = 0;
    const counted = async function* () {
      for await (const chunk of content) {
        bytes += chunk.byteLength;
        yield chunk;
      }
    };
    const Body = Readable.from(counted(), { objectMode: false });
    const partSize = Math.max(leastPartBytes, Math.ceil(expectedBytes / mostParts));
    const sending = new Upload({ client, params: { Bucket, Key: keyOf(path), Body }, partSize, queueSize: partsAtOnce, leavePartsOnError: false });
    const abort = () => void sending.abort();
    signal.addEventListener('abort', abort);
    try {
      signal.throwIfAborted();
      await sending.done();
      return bytes;
    } finally {
      signal.removeEventListener('abort', abort);
      Body.destroy();
    }
  }

  async function find(path: string): Promise<StoredFile | undefined> {
    try {
      const { ContentLength = 0 } = await client.send(new HeadObjectCommand({ Bucket, Key: keyOf(path) }));
      return { path, bytes: ContentLength };
    } catch (error) {
      if (nameOfError(error) === 'NotFound' || nameOfError(error) === 'NoSuchKey') return undefined;
      throw error;
    }
  }

  async function listed(Prefix: string): Promise<readonly StoredFile[]> {
    const found: StoredFile[] = [];
    for await (const { Contents = [] } of paginateListObjectsV2({ client }, { Bucket, Prefix }))
      for (const { Key = '', Size = 0 } of Contents) found.push({ path: Key.slice(before.length), bytes: Size });
    return found.toSorted((a, b) => (a.path < b.path ? -1 : 1));
  }

  const under = (folder: string) => (folder === '' ? before : `${keyOf(folder)}/`);

  async function removeObjects(path: string): Promise<void> {
    const found = [...(await listed(under(path))), ...[await find(path)].flatMap((file) => file ?? [])];
    for (let start = 0; start < found.length; start += mostDeletedAtOnce) {
      const Objects = found.slice(start, start + mostDeletedAtOnce).map((file) => ({ Key: keyOf(file.path) }));
      const { Errors: [refused] = [] } = await client.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects, Quiet: true } }));
      if (refused) throw Object.assign(new Error(`${refused.Key}: ${refused.Message}`), { name: refused.Code ?? 'Error' });
    }
  }

  async function abort(open: OpenUpload): Promise<void> {
    try {
      await client.send(new AbortMultipartUploadCommand({ Bucket, ...open }));
    } catch (error) {
      // Whoever began it has ended it meanwhile.
      if (nameOfError(error) !== 'NoSuchUpload') throw error;
    }
  }

  /** Until none is told that was not aborted yet. */
  async function abortUploads(path: string): Promise<void> {
    const aborted = new Set<string>();
    const isLeft = ({ Key, UploadId }: OpenUpload) => (Key === keyOf(path) || Key.startsWith(under(path))) && !aborted.has(UploadId);
    for (;;) {
      const left = (await Array.fromAsync(openUploads(client, Bucket, keyOf(path)))).filter(isLeft);
      if (left.length === 0) return;
      for (const each of left) {
        await abort(each);
        aborted.add(each.UploadId);
      }
    }
  }

  return {
    name,

    write: (path, content, options) => doing('writing', path, () => upload(path, content, options)),

    take: (path, file, signal) =>
      doing('writing', path, async () => {
        await upload(path, createReadStream(file), { signal, expectedBytes: (await stat(file)).size });
        await rm(file);
      }),

    writeOnce: (path, content) =>
      doing('writing', path, async () => {
        if (await find(path)) return false;
        try {
          await client.send(new PutObjectCommand({ Bucket, Key: keyOf(path), Body: content, IfNoneMatch: '*' }));
          return true;
        } catch (error) {
          if (['PreconditionFailed', 'ConditionalRequestConflict'].includes(nameOfError(error))) return false;
          throw error;
        }
      }),

    read: (path) =>
      doing('reading', path, async () => {
        const { Body } = await client.send(new GetObjectCommand({ Bucket, Key: keyOf(path) }));
        if (!(Body instanceof Readable)) throw new TypeError('the SDK answers streams on Node');
        return streamAsFailures(`reading ${path} in ${name}`, Body);
      }),

    local: () => undefined,

    stat: (path) => doing('looking at', path, () => find(path)),

    list: (folder) => doing('listing', folder, () => listed(under(folder))),

    unfinished: (folder) =>
      doing('listing', folder, async () => {
        const open = await Array.fromAsync(openUploads(client, Bucket, under(folder)));
        return [...new Set(open.map(({ Key }) => Key.slice(before.length)))];
      }),

    // Uploads first: one that ends meanwhile is an object then.
    remove: (path) =>
      doing('removing', path, async () => {
        await abortUploads(path);
        await removeObjects(path);
      }),

    freeBytes: async () => undefined,
  };
}
