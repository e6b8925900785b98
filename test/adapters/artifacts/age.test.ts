import { randomBytes } from 'node:crypto';
import { generateIdentity, identityToRecipient } from 'age-encryption';
import { decryptAge, encryptAge } from '../../../src/adapters/artifacts/age.js';

const read = async (content: AsyncIterable<Uint8Array>): Promise<Buffer> => {
  const chunks: Uint8Array[] = [];
  for await (const chunk of content) chunks.push(chunk);
  return Buffer.concat(chunks);
};

async function* cut(content: Buffer, size: number): AsyncIterable<Uint8Array> {
  for (let at = 0; at < content.length; at += size) yield content.subarray(at, at + size);
}

describe('encryption to age recipients', () => {
  const content = randomBytes(3 * 1024 ** 2 + 17);

  async function sealed() {
    const [ours, theirs, other] = await Promise.all([generateIdentity(), generateIdentity(), generateIdentity()]);
    const recipients = await Promise.all([ours, theirs].map((identity) => identityToRecipient(identity)));
    return { ours, theirs, other, bytes: await read(await encryptAge(cut(content, 100_000), recipients)) };
  }

  test('every recipient opens it, as it comes, with the file that age-keygen writes', async () => {
    const { ours, theirs, bytes } = await sealed();
    expect(bytes.includes(content.subarray(0, 64))).toBe(false);
    expect((await read(await decryptAge(cut(bytes, 65_537), ours, 'x'))).equals(content)).toBe(true);
    expect((await read(await decryptAge(cut(bytes, 1000), `# created: today\n# public key: age1…\n${theirs}\n`, 'x'))).equals(content)).toBe(true);
  });

  test('another key, no key and a broken key are WrongKey, and the key is not in the message', async () => {
    const { ours, other, bytes } = await sealed();
    for (const key of [other, '', 'age1notakey', ours.slice(0, -1)]) {
      const error: unknown = await decryptAge(cut(bytes, 65_536), key, 'id/toc.dat').catch((caught: unknown) => caught);
      expect(error).toMatchObject({ type: 'WrongKey' });
      if (key !== '') expect(String((error as Error).message)).not.toContain(key);
    }
  });

  test('a changed byte, and an end that is missing, are ArtifactDamaged', async () => {
    const { ours, bytes } = await sealed();
    const changed = Buffer.from(bytes);
    changed[2_000_000] = changed[2_000_000]! ^ 1;
    for (const spoilt of [changed, bytes.subarray(0, 1024 ** 2), bytes.subarray(0, -1)]) {
      await expect(decryptAge(cut(Buffer.from(spoilt), 65_536), ours, 'x').then(read)).rejects.toEqual(expect.objectContaining({ type: 'ArtifactDamaged' }));
    }
  });
});
