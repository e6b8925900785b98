import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { Registry } from '../story/registry.js';
import { example } from './product.js';
import { newChart } from './scene.js';

export const workflowId = 'migrate/iam/sso';

/** The example's spec with the lab's registry; answers its file. */
export function writeSpec(registry: Registry, folder: string): string {
  const file = join(folder, 'spec.json');
  const spec = parse(readFileSync(join(example, 'spec.yaml'), 'utf8'));
  const from = join(process.cwd(), example, 'values-ha.yaml');
  writeFileSync(file, JSON.stringify({ ...spec, target: { ...spec.target, ...newChart(registry), values: { ...spec.target.values, from } } }));
  return file;
}
