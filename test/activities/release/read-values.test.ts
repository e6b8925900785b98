import { readValues, versionOfValues } from '../../../src/activities/release/read-values.js';
import { createFakeCluster } from '../../support/fake-cluster/fake-cluster.js';

const yaml = (text: string, key = 'values.yaml') => {
  const fake = createFakeCluster();
  fake.seed({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'v', namespace: 'n' }, data: { [key]: Buffer.from(text).toString('base64') } } as never);
  fake.seed({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'v', namespace: 'n' }, data: { [key]: text } } as never);
  return fake;
};
const ref = { namespace: 'n', name: 'v' };

describe('values', () => {
  test.each(['secretRef', 'configMapRef'] as const)('are read from a %s', async (kind) => {
    expect(await readValues(yaml('a: {b: 1}'), { [kind]: ref } as never)).toEqual({ a: { b: 1 } });
    expect(await readValues(yaml('a: 1', 'x'), { [kind]: { ...ref, key: 'x' } } as never)).toEqual({ a: 1 });
  });

  test('are read as Helm reads them', async () => {
    const text = 'on: yes\noff: "no"\ntime: 12:30\ndate: 2026-11-21\nmode: 0644\nbase: &base {x: 1}\nmore: {<<: *base, z: 2}\ntwice: 1\ntwice: 2\n';
    expect(await readValues(yaml(text), { secretRef: ref })).toEqual({
      true: true,
      false: 'no',
      time: '12:30',
      date: '2026-11-21',
      mode: 420,
      base: { x: 1 },
      more: { x: 1, z: 2 },
      twice: 2,
    });
  });

  test('may be empty', async () => {
    expect(await readValues(yaml('# nothing\n'), { secretRef: ref })).toEqual({});
  });

  test.each([
    ['password: "canary\n', 'Invalid', /values.yaml of Secret n\/v is no YAML: \w+ in line \d/],
    ['- canary\n', 'Invalid', /is no mapping of values/],
  ])('that make no sense are refused without being quoted', async (text, type, message) => {
    const failed: unknown = await readValues(yaml(text), { secretRef: ref }).catch((error: unknown) => error);
    expect(failed).toMatchObject({ type, message: expect.stringMatching(message) });
    expect(String(failed)).not.toContain('canary');
  });

  test('that are not there are named', async () => {
    await expect(readValues(createFakeCluster(), { secretRef: ref })).rejects.toThrow('Secret n/v with the values is not there');
    await expect(readValues(yaml('a: 1', 'x'), { secretRef: ref })).rejects.toThrow('Secret n/v has no key values.yaml; it has x');
  });

  test('have a version that changes with them and tells nothing of them', async () => {
    const fake = yaml('password: canary');
    const first = await versionOfValues(fake, { secretRef: ref });
    expect(await versionOfValues(fake, { secretRef: ref })).toBe(first);
    await fake.patch({ apiVersion: 'v1', kind: 'Secret', ...ref }, { data: { 'values.yaml': '' } });
    expect(await versionOfValues(fake, { secretRef: ref })).not.toBe(first);
  });
});

describe('an overlay', () => {
  const over = (values: object, overlay: object) => readValues(createFakeCluster(), { inline: values as never }, overlay as never);

  test.each([
    ['sets what is there', { a: { b: 1, c: 2 } }, { 'a.b': 3 }, { a: { b: 3, c: 2 } }],
    ['makes what is missing', {}, { 'a.b.c': true }, { a: { b: { c: true } } }],
    ['takes a dot after a backslash as part of the key', {}, { 'a\\.b.c': 1 }, { 'a.b': { c: 1 } }],
    ['sets items of lists', { l: [{ a: 1 }, { a: 2 }] }, { 'l[1].a': 3 }, { l: [{ a: 1 }, { a: 3 }] }],
    ['fills lists up', {}, { 'l[1]': 'x' }, { l: [null, 'x'] }],
    ['replaces whole lists and objects', { a: [1, 2] }, { a: [] }, { a: [] }],
    ['goes in order', {}, { a: { x: 1 }, 'a.y': 2 }, { a: { x: 1, y: 2 } }],
    ['gives way where a text stands', { a: 'text' }, { 'a.b': 1 }, { a: { b: 1 } }],
    ['makes plain keys of dangerous names', {}, { '__proto__.x': 1 }, JSON.parse('{"__proto__": {"x": 1}}')],
  ])('%s', async (_, values, overlay, expected) => {
    const before = JSON.stringify(values);
    expect(JSON.stringify(await over(values, overlay))).toBe(JSON.stringify(expected));
    expect(JSON.stringify(values)).toBe(before);
    expect(Object.prototype).not.toHaveProperty('x');
  });

  test.each(['', 'a..b', '.a', 'a.', 'a[x]', '[0]', 'a[0', 'l[99999999]'])('with the path "%s" is refused', async (path) => {
    await expect(over({}, { [path]: 1 })).rejects.toMatchObject({ type: 'Invalid' });
  });
});
