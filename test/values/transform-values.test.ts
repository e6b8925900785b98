import { parsePattern, showPath } from '../../src/model/values-path.js';
import { transformValues } from '../../src/values/transform-values.js';
import { liveAgent, mapOf } from './map.js';

const old = {
  postgresql: {
    postgresqlDatabase: 'live',
    postgresqlUsername: 'app',
    postgresqlPassword: 'x',
    existingSecret: 's',
    existingPasswordSecretKey: 'k',
    postgresqlPort: 5432,
    postgresqlHost: 'h',
    image: { tag: '11' },
  },
  service: { name: 'cognigy-live-agent' },
  ingress: { hosts: [{ host: 'a', paths: [{ backend: { service: { name: 'cognigy-live-agent' } } }, { backend: { service: { name: 'other' } } }] }] },
};

describe('values', () => {
  test('of live-agent 4.43 become those of 4.44', () => {
    expect(transformValues(old, liveAgent).values).toEqual({
      postgresql: {
        auth: { database: 'live', username: 'app', postgresPassword: 'x', existingSecret: 's', secretKeys: { adminPasswordKey: 'k' } },
        port: 5432,
        host: 'h',
        image: { tag: '11' },
      },
      service: { name: 'cognigy-live-agent-app' },
      ingress: { hosts: [{ host: 'a', paths: [{ backend: { service: { name: 'cognigy-live-agent-app' } } }, { backend: { service: { name: 'other' } } }] }] },
    });
  });

  test('that are migrated have nothing to do', () => {
    const { values } = transformValues(old, liveAgent);
    expect(transformValues(values, liveAgent)).toEqual({ values, changes: [], refusals: [] });
  });

  test.each([
    ['a key moves with all below it', { a: { b: { c: 1 } } }, { move: { 'a.b': 'x.y' } }, { x: { y: { c: 1 } } }],
    ['a mapping that a move leaves empty goes', { a: { b: 1 }, z: 1 }, { move: { 'a.b': 'b' } }, { b: 1, z: 1 }],
    ['an item of a list stays, empty', { l: [{ a: 1 }] }, { delete: ['l[*].a'] }, { l: [{}] }],
    ['one that was empty before stays', { a: {}, b: 1 }, { move: { b: 'c' } }, { a: {}, c: 1 }],
    ['what both keys say alike is kept once', { old: [1], new: [1] }, { move: { old: 'new' } }, { new: [1] }],
    [
      'mappings flow together',
      { old: { a: 1, c: { d: 1 } }, new: { b: 2, c: { e: 2 } } },
      { move: { old: 'new' } },
      { new: { a: 1, b: 2, c: { d: 1, e: 2 } } },
    ],
    [
      'of sources that hold each other the deeper goes first',
      { s: { port: 1, x: 2 } },
      { move: { s: 'r', 's.port': 'r.ports.redis' } },
      { r: { x: 2, ports: { redis: 1 } } },
    ],
    ['items keep their place', { l: [{ a: 1 }, { b: 2 }] }, { move: { 'l[*].a': 'l[*].c.d' } }, { l: [{ c: { d: 1 } }, { b: 2 }] }],
    ['null moves as null', { old: null }, { move: { old: 'a.b' } }, { a: { b: null } }],
    ['a default comes where nothing is', { a: { b: null } }, { default: { 'a.b': 1, 'a.c': 2 } }, { a: { b: null, c: 2 } }],
    ['a set comes whatever is there', { a: { b: null } }, { set: { 'a.b': 1, 'l[0]': 'x' } }, { a: { b: 1 }, l: ['x'] }],
    [
      'values are called otherwise',
      { a: true, b: 'true' },
      {
        replaceValue: [
          { at: 'a', from: true, to: 'Always' },
          { at: 'b', from: true, to: 'x' },
        ],
      },
      { a: 'Always', b: 'true' },
    ],
    [
      'a text becomes a list',
      { a: 'x, y', b: ['z'], c: 5 },
      { transform: ['a', 'b', 'c'].map((at) => ({ at, as: 'list' })) },
      { a: ['x', 'y'], b: ['z'], c: [5] },
    ],
    ['a list becomes a text', { a: ['x', 1] }, { transform: [{ at: 'a', as: 'text', separator: ' ' }] }, { a: 'x 1' }],
    ['a number gets its unit', { a: 30, b: '30s' }, { transform: ['a', 'b'].map((at) => ({ at, as: 'text', unit: 's' })) }, { a: '30s', b: '30s' }],
    [
      'a unit changes on the way to a number',
      { a: '30s', b: 30_000 },
      { transform: ['a', 'b'].map((at) => ({ at, as: 'number', unit: 's', times: 1000 })) },
      { a: 30_000, b: 30_000 },
    ],
    ['dangerous names are plain keys', {}, { set: { '__proto__.x': 1 } }, JSON.parse('{"__proto__": {"x": 1}}')],
  ])('%s', (_, values, verbs, expected) => {
    const before = JSON.stringify(values);
    const map = mapOf(verbs);
    const transformed = transformValues(values, map);
    expect(transformed).toMatchObject({ refusals: [] });
    expect(JSON.parse(JSON.stringify(transformed.values))).toEqual(expected);
    expect(JSON.stringify(values)).toBe(before);
    expect(transformValues(transformed.values, map).changes).toEqual([]);
  });
});

test.each(['a', 'a.b', 'a\\.b.c', 'l[0].x[3][4]', 'l[*].x', 'a\\\\b\\[0\\]'])('the path %s is shown as it was read', (path) => {
  expect(showPath(parsePattern(path))).toBe(path);
});
