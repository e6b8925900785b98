import { rewriteValues } from '../../src/values/rewrite-values.js';
import { mapOf } from './map.js';

describe('a block that moves', () => {
  test.each([
    [
      'further out keeps its shape',
      'a:\n  b:\n    # what it is\n    conf: |\n      one\n        two\n\n      three\n    keep: 1\n',
      { 'a.b.conf': 'conf' },
      'a:\n  b:\n    keep: 1\n# what it is\nconf: |\n  one\n    two\n\n  three\n',
    ],
    [
      'further in keeps its shape',
      'conf: >\n  one\n    two\n\n  three\nz: 1\n',
      { conf: 'a.b.conf' },
      'a:\n  b:\n    conf: >\n      one\n        two\n\n      three\nz: 1\n',
    ],
    ['takes comments below it along', 'old:\n  x: 1\n  # y: 2\nz: 1\n', { old: 'new.old' }, 'new:\n  old:\n    x: 1\n    # y: 2\nz: 1\n'],
    [
      'leaves comments of the mapping that it empties',
      '# of old\nold:\n  x: 1\n  # y: 2\nz: 1\n',
      { 'old.x': 'z2.x' },
      '# of old\n  # y: 2\nz2:\n  x: 1\nz: 1\n',
    ],
  ])('%s', (_, text, move, expected) => {
    expect(rewriteValues(text, mapOf({ move }))).toMatchObject({ text: expected });
  });
});
