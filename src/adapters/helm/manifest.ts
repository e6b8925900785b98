import { parseAllDocuments } from 'yaml';
import type { KubeObject } from '../../model/kube-object.js';

/** Times and sexagesimal numbers are texts to Helm's YAML (go-yaml v2), though YAML 1.1 has them. */
const notInHelm = new Set(['tag:yaml.org,2002:timestamp']);

/**
 * The objects of a rendered manifest, Lists taken apart. Read as Helm's own YAML parser reads it: YAML 1.1 (`yes` is true, 0644 is octal),
 * and of a key that comes twice the last one counts.
 */
export function parseManifest(text: string): readonly KubeObject[] {
  const documents = parseAllDocuments(text, {
    version: '1.1',
    uniqueKeys: false,
    customTags: (tags) => tags.filter((tag) => typeof tag === 'string' || (!notInHelm.has(tag.tag) && tag.format !== 'TIME')),
  });
  const parsed = 'empty' in documents ? [] : documents;
  return parsed.flatMap((document): readonly KubeObject[] => {
    const [error] = document.errors;
    if (error) throw new Error(`the manifest is no YAML: ${error.code} at line ${error.linePos?.[0].line ?? '?'}`);
    return objectsIn(document.toJS({ maxAliasCount: 1000 }));
  });
}

function objectsIn(value: unknown): readonly KubeObject[] {
  if (typeof value !== 'object' || value === null || !('kind' in value)) return [];
  if (value.kind === 'List' && 'items' in value && Array.isArray(value.items)) return value.items.flatMap(objectsIn);
  return [value as KubeObject];
}
