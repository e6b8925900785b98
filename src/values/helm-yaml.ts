import type { DocumentOptions, ParseOptions, SchemaOptions } from 'yaml';

/** YAML as Helm reads it: 1.1 for yes, no, on, off, y and n, but neither dates nor numbers of base 60; of a key that comes twice the last one counts. */
export const helmYaml = {
  schema: 'yaml-1.1',
  merge: true,
  prettyErrors: false,
  uniqueKeys: false,
  customTags: (tags) =>
    tags.filter((tag) => typeof tag === 'string' || !(('format' in tag && tag.format === 'TIME') || tag.tag === 'tag:yaml.org,2002:timestamp')),
} as const satisfies ParseOptions & DocumentOptions & SchemaOptions;
