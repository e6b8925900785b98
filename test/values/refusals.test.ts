import { rewriteValues } from '../../src/values/rewrite-values.js';
import { mapOf } from './map.js';

describe('a values file is refused before anything is written', () => {
  test.each([
    ['that is no YAML', 'a: [1\nb: 2\n', {}, 'notYaml', '', 2, 1],
    ['with a tab for indentation', 'a:\n\tb: 1\n', {}, 'notYaml', '', 2, 1],
    ['of several documents', 'a: 1\n---\nb: 1\n', {}, 'notYaml', '', 2, 1],
    ['that is a list', '- a\n', {}, 'notAMapping', '', 1, 1],
    ['with a key that comes twice', 'a:\n  b: 1\n  c: 2\n  b: 3\n', {}, 'duplicateKey', 'a.b', 4, 3],
    ['with an item’s key twice', 'l:\n  - a: 1\n    a: 1\n', {}, 'duplicateKey', 'l[0].a', 3, 5],
    ['with two keys that Helm reads as one', 'on: 1\n"true": 2\n', {}, 'duplicateKey', 'true', 2, 1],
    ['where old and new key say different things', 'x: 1\nold: 5\nnew: 6\n', { move: { old: 'new' } }, 'conflict', 'old', 2, 1],
    ['where they do so deep in a mapping', 'old:\n  a: 1\n  b: 2\nnew:\n  b: 3\n', { move: { old: 'new' } }, 'conflict', 'old.b', 3, 3],
    ['where the target’s way leads through a text', 'old: 1\nauth: none\n', { move: { old: 'auth.x' } }, 'throughNonMapping', 'auth', 2, 1],
    ['where a default’s way leads through a list', 'auth:\n  - a\n', { default: { 'auth.x': 1 } }, 'throughNonMapping', 'auth', 1, 1],
    ['where a mapping is in the way of a list', 'l:\n  a: 1\n', { set: { 'l[0]': 1 } }, 'throughNonMapping', 'l', 1, 1],
    ['whose value has no such type', 'port: http\n', { transform: [{ at: 'port', as: 'number' }] }, 'notConvertible', 'port', 1, 1],
    [
      'that a second migration would change again',
      'a: x\n',
      {
        replaceValue: [
          { at: 'a', from: 'x', to: 'y' },
          { at: 'a', from: 'y', to: 'z' },
        ],
      },
      'notStable',
      'a',
      1,
      1,
    ],
    ['where an anchor would come after its alias', 'old: &o {x: 1}\nmid: *o\nnew:\n  z: 1\n', { move: { old: 'new.old' } }, 'anchor', 'old', 1, 1],
    ['where an anchor would go that an alias needs', 'old: &o 5\nmid: *o\n', { delete: ['old'] }, 'anchor', 'old', 1, 1],
    ['where a change would reach what an alias says', 'base: &b\n  x: 1\n  y: 2\nmore: *b\n', { delete: ['base.x'] }, 'anchor', 'base.x', 2, 3],
    ['where the way leads through an alias', 'base: &b {x: 1}\nmore: *b\n', { move: { 'more.x': 'more.y' } }, 'anchor', 'more', 2, 1],
    ['where a mapping has a merge key', 'base: &b {x: 1}\nmore:\n  <<: *b\n  w: 2\n', { move: { 'more.w': 'more.z' } }, 'mergeKey', 'more', 2, 1],
  ] as const)('%s', (_, text, verbs, code, path, line, column) => {
    const rewritten = rewriteValues(text, mapOf(verbs));
    expect(rewritten).toMatchObject({ refusals: [expect.objectContaining({ code, path, line })] });
    expect(column).toBeGreaterThan(0);
    expect(rewritten).not.toHaveProperty('text');
  });

  test('anchors, aliases and merge keys that the map does not touch stay', () => {
    const text = 'base: &b {x: 1}\nmore:\n  <<: *b\n  y: *b\nold: *b\n';
    expect(rewriteValues(text, mapOf({ move: { old: 'new' } }))).toMatchObject({ text: text.replace('old', 'new') });
  });

  test('no message quotes a value', () => {
    const told = JSON.stringify(rewriteValues('old: canary-1\nnew: canary-2\n', mapOf({ move: { old: 'new' } })));
    expect(told).toContain('conflict');
    expect(told).not.toContain('canary');
  });
});

describe('a map is refused', () => {
  const withChart = (chart: object) => () => mapOf({ chart });
  test.each([
    ['that names a verb of its own', () => mapOf({ rename: {} }), /unknown key rename/],
    ['with a path that is none', () => mapOf({ move: { 'a..b': 'c' } }), /path of values/],
    ['that moves to an index', () => mapOf({ move: { a: 'l[0]' } }), /ends in a key/],
    ['with a chain', () => mapOf({ move: { a: 'b', b: 'c' } }), /a second migration could not tell them apart/],
    ['with a swap', () => mapOf({ move: { a: 'b', b: 'a' } }), /a second migration could not tell them apart/],
    ['that moves a key into itself', () => mapOf({ move: { a: 'a.b' } }), /could not tell them apart/],
    ['with one target for two', () => mapOf({ move: { a: 'c', b: 'c' } }), /has the same target as a/],
    ['that deletes what it makes', () => mapOf({ move: { a: 'b' }, delete: ['b'] }), /a second migration would delete it/],
    ['that makes what it moves away', () => mapOf({ move: { a: 'b' }, default: { a: 1 } }), /is taken away by the move of a/],
    ['that moves out of a list', () => mapOf({ move: { 'l[*].a': 'a' } }), /both paths need the same \[\*\]/],
    ['with a range that is none', withChart({ name: 'x', from: 'older', to: '>=1' }), /range of versions/],
    ['without a chart', withChart({ from: '<1', to: '>=1' }), /chart.name/],
  ])('%s', (_, make, message) => {
    expect(make).toThrow(message);
  });
});
