import { s3Store } from '../../../src/adapters/artifacts/s3-store.js';
import type { BackupPlace } from '../../../src/model/backup.js';
import { describeWithS3, type S3Server, startS3 } from '../../support/s3-server.js';
import { storeContract } from './store.contract.js';

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
    () => s3Store(place),
    () => server.openUploads(place),
  );

  test('keeps to its prefix', async () => {
    await s3Store(place).writeOnce('id/manifest.json', Buffer.from('{}'));
    const { prefix: _, ...whole } = place;
    expect((await s3Store(whole).list('')).map(({ path }) => path)).toEqual(['nightly/shop/id/manifest.json']);
    expect(await s3Store({ ...place, prefix: 'nightly/sho' }).list('')).toEqual([]);
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
