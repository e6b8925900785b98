import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { commentBefore, makeDocs } from '../../scripts/make-docs.js';
import { catalogue } from '../../src/errors.js';
import { filesNamed, type KindName, replaceAt } from '../../src/model/kinds.js';
import { specKinds } from '../../src/model/schema/kinds.js';

const root = join(import.meta.dirname, '../..');
const docs = makeDocs(root);
const read = (path: string) => readFileSync(join(root, path), 'utf8');

test.each(Object.entries(docs))('%s is what the code says; node dist/scripts/make-docs.js makes it anew', (path, text) => {
  expect(read(path)).toBe(text);
});

test('the runbook tells of every kind of step how it is undone', () => {
  const runbook = docs['docs/runbooks/cognigy-kustomize-to-helm.md'] ?? '';
  const told = runbook.split('\n### ').filter((section) => /^\w+[A-Z]\w+\n/.test(section));
  expect(told.length).toBeGreaterThanOrEqual(19);
  expect(told.filter((section) => !section.includes('- undo: ')).map((section) => section.split('\n')[0])).toEqual([]);
});

test('every failure has a place that a message can link to', () => {
  for (const type of Object.keys(catalogue)) expect(docs['docs/failures.md']).toContain(`<a id="${type.toLowerCase()}"></a>`);
});

/** A file travels as a Secret. */
const withoutFiles = (spec: { readonly kind: KindName }): unknown =>
  filesNamed(spec, specKinds[spec.kind]).reduce<unknown>(
    (given, { path }) => replaceAt(given, path, { secretRef: { namespace: 'rehelm-system', name: 'file' } }),
    spec,
  );

test('each spec that docs/specs.md shows is one', () => {
  const examples = [...read('docs/specs.md').matchAll(/```yaml\n(apiVersion:[\s\S]*?)```/g)].map(([, yaml = '']) => parse(yaml));
  expect(examples.map(({ kind }) => kind)).toEqual([
    'KustomizeToHelm',
    'DatabaseCopy',
    'DatabaseBackup',
    'DatabaseRestore',
    'DatabaseUpgrade',
    'ChartUpgrade',
    'PostgresToHA',
  ]);
  for (const example of examples) expect(specKinds[example.kind as KindName].schema.safeParse(withoutFiles(example)).error?.issues ?? []).toEqual([]);
});

test('a comment counts only where it stands right before its function', () => {
  const source = '/** One. */\nconst x = 1;\n\n  /**\n   * Two\n   * lines.\n   */\n  async act(';
  expect([commentBefore(source, 'async act('), commentBefore(source, 'const x'), commentBefore(source, '= 1'), commentBefore(source, 'none')]).toEqual([
    'Two lines.',
    'One.',
    undefined,
    undefined,
  ]);
});
