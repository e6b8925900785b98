import type { DocumentOptions, ParseOptions, ScalarTag, SchemaOptions } from 'yaml';

/** `0o644`, which is of YAML 1.2. */
const newOctal: ScalarTag = {
  tag: 'tag:yaml.org,2002:int',
  default: true,
  format: 'OCT',
  test: /^[-+]?0o[0-7]+$/,
  resolve: (text) => (text.startsWith('-') ? -1 : 1) * Number.parseInt(text.replace(/^[-+]?0o/, ''), 8),
};

/** YAML as Helm reads it: 1.1 for yes, no, on, off, y and n, with 0o for octal, but neither dates nor numbers of base 60; of a key that comes twice the last one counts. */
export const helmYaml = {
  schema: 'yaml-1.1',
  merge: true,
  prettyErrors: false,
  uniqueKeys: false,
  customTags: (tags) => [
    newOctal,
    ...tags.filter((tag) => typeof tag === 'string' || !(('format' in tag && tag.format === 'TIME') || tag.tag === 'tag:yaml.org,2002:timestamp')),
  ],
} as const satisfies ParseOptions & DocumentOptions & SchemaOptions;
