import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CreateMultipartUploadCommand } from '@aws-sdk/client-s3';
import { s3Store } from '../../../src/adapters/artifacts/s3-store.js';
import type { BackupPlace } from '../../../src/model/backup.js';
import { describeWithS3, type S3Server, startS3 } from '../../support/s3-server.js';
import { storeContract } from './store.contract.js';

/** In front of an S3 server, which checks signatures of the names that were asked for: refuses what `refusal` says, passes the rest on. */
async function startProxy(endpoint: string, refusal: (url: string) => { readonly status: number; readonly code: string } | undefined) {
  let refused = 0;
  const server = createServer((asked, answer) => {
    const refuse = refusal(String(asked.url));
    if (refuse) {
      refused += 1;
      answer.writeHead(refuse.status, { 'content-type': 'application/xml' }).end(`<Error><Code>${refuse.code}</Code><Message>no</Message></Error>`);
      return;
    }
    const { method, headers } = asked;
    asked.pipe(
      request(`${endpoint}${asked.url}`, { method: String(method), headers }, (got) => got.pipe(answer.writeHead(Number(got.statusCode), got.headers))),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    refused: () => refused,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

describeWithS3()('S3-compatible storage', () => {
  let server: S3Server;
  let place: Extract<BackupPlace, { readonly kind: 's3' }>;
  beforeAll(async () => {
    server = await startS3();
  });
  afterAll(() => server?.stop());
  beforeEach(() => {
    place = server.place();
  });

  storeContract(
    () => place,
    () => server.openUploads(place),
  );

  test('keeps to its prefix', async () => {
    await s3Store(place).writeOnce('id/manifest.json', Buffer.from('{}'));
    const { prefix: _, ...whole } = place;
    expect((await s3Store(whole).list('')).map(({ path }) => path)).toEqual(['nightly/shop/id/manifest.json']);
    expect(await s3Store({ ...place, prefix: 'nightly/sho' }).list('')).toEqual([]);
  });

  test('unfinished uploads of more than one page are all told and aborted, many of one key among them', async () => {
    const client = server.client();
    const paths = Array.from({ length: 600 }, (_, each) => `id/${`${each}`.padStart(4, '0')}`);
    const all = [...paths, ...paths.map(() => 'id/0300')];
    for (const path of all) await client.send(new CreateMultipartUploadCommand({ Bucket: place.bucket, Key: `nightly/shop/${path}` }));
    const store = s3Store(place);
    expect(await store.unfinished('id')).toEqual(paths);
    await store.remove('id');
    expect(await server.openUploads(place)).toEqual([]);
  }, 60_000);

  test.each([
    [403, 'AccessDenied'],
    [501, 'NotImplemented'],
  ])('where nobody may ask for uploads (%i), objects are removed all the same', async (status, code) => {
    await using proxy = await startProxy(String(place.endpoint), (url) => (url.includes('uploads') ? { status, code } : undefined));
    const store = s3Store({ ...place, endpoint: proxy.endpoint });
    await store.writeOnce('id/manifest.json', Buffer.from('{}'));
    expect(await store.unfinished('id')).toEqual([]);
    await store.remove('id');
    expect(await store.list('')).toEqual([]);
    expect(proxy.refused()).toBeGreaterThan(1);
  });

  test('wrong keys are Forbidden, a missing bucket is NotFound, a server that is away Unreachable; none of them tells the secret', async () => {
    const found = async (more: Partial<typeof place>) =>
      s3Store({ ...place, ...more })
        .list('')
        .catch((error: unknown) => error);
    const errors = [
      await found({ accessKey: { id: 'rehelm', secret: 'other-canary' } }),
      await found({ accessKey: { id: 'nobody', secret: 'other-canary' } }),
      await found({ bucket: 'nowhere' }),
      await found({ endpoint: 'http://127.0.0.1:9' }),
    ];
    expect(errors).toEqual(['Forbidden', 'Forbidden', 'NotFound', 'Unreachable'].map((type) => expect.objectContaining({ type })));
    expect(JSON.stringify(errors.map((error) => String(error)))).not.toContain('canary');
  }, 30_000);
});
