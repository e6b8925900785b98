import { checkSchemas } from '../../src/values/check-schema.js';

const at = (schema: object, path: readonly string[] = []) => ({ path, chart: 'x', schema });
const typed = { properties: { port: { type: 'integer' }, host: { type: 'string', format: 'hostname' } }, required: ['name'] };

describe('a schema of values', () => {
  test.each([
    ['draft-07', 'http://json-schema.org/draft-07/schema#'],
    ['2019-09', 'https://json-schema.org/draft/2019-09/schema'],
    ['2020-12', 'https://json-schema.org/draft/2020-12/schema'],
    ['none named', undefined],
  ])('of %s is held against the values with the chart’s defaults', (_, draft) => {
    const schema = { ...(draft && { $schema: draft }), ...typed };
    expect(checkSchemas({ port: 1 }, { name: 'x' }, [at(schema)])).toEqual({ problems: [], notRead: [] });
    const { problems } = checkSchemas({ port: 'canary' }, {}, [at(schema)]);
    expect(problems.map(({ path }) => path.join('.'))).toEqual(['', 'port']);
    expect(JSON.stringify(problems)).not.toContain('canary');
  });

  test('a default that null takes away is missing', () => {
    expect(checkSchemas({ name: null }, { name: 'x' }, [at(typed)]).problems).toHaveLength(1);
  });

  test('of a dependency is held against what is under its name, and not where it is switched off', () => {
    const schema = { properties: { size: { type: 'string' } } };
    expect(checkSchemas({ queue: { size: 5 } }, {}, [at(schema, ['queue'])]).problems).toEqual([{ path: ['queue', 'size'], message: 'must be string' }]);
    expect(checkSchemas({ queue: { size: 5, enabled: false } }, {}, [at(schema, ['queue'])]).problems).toEqual([]);
  });

  test('names the key that it does not know, and the values that it takes', () => {
    const schema = { properties: { type: { enum: ['a', 'b'] } }, additionalProperties: false };
    expect(checkSchemas({ type: 'c', other: 1 }, {}, [at(schema)]).problems).toEqual([
      { path: ['other'], message: 'is no key that the schema knows' },
      { path: ['type'], message: 'must be equal to one of the allowed values: a, b' },
    ]);
  });

  test('that cannot be read here is named, so that Helm is asked', () => {
    expect(checkSchemas({}, {}, [at({ $ref: 'https://elsewhere.example.com/schema.json' })])).toEqual({ problems: [], notRead: ['x'] });
  });
});
