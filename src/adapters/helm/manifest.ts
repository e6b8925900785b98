import { parseAllDocuments } from 'yaml';
import type { KubeObject } from '../../model/kube-object.js';
import { helmYaml } from '../../values/helm-yaml.js';

/**
 * The objects of a rendered manifest, Lists taken apart. Read as Helm's own YAML parser reads it: YAML 1.1 (`yes` is true, 0644 is octal),
 * and of a key that comes twice the last one counts.
 */
export function parseManifest(text: string): readonly KubeObject[] {
  const documents = parseAllDocuments(text, helmYaml);
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
