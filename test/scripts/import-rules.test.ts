import { refusal } from '../../scripts/import-rules.js';
import { importsOf, lintImports } from '../../scripts/lint-imports.js';

test.each([
  ['src/plans/x.ts', "import { kube } from '../adapters/kube/kube.js';", 'may not import src/adapters/kube/kube.ts'],
  ['src/plans/x.ts', "import type { Activities } from '../activities/index.js';", 'may not import types of src/activities/index.ts'],
  ['src/workflows/x.ts', "import { createActivities } from '../activities/index.js';", 'may not import src/activities/index.ts'],
  ['src/workflows/x.ts', "import { readFileSync } from 'node:fs';", 'deterministic'],
  ['src/workflows/x.ts', "import { spec } from '../model/schema/parts.js';", 'zod stays out'],
  ['src/adapters/helm/x.ts', "import { execa } from 'execa';", 'only src/adapters/process may'],
  ['src/activities/x.ts', "import { KubeConfig } from '@kubernetes/client-node';", 'only src/adapters/kube may'],
  ['src/model/x.ts', "import { z } from 'zod';", 'only src/model/schema, src/adapters, src/api may'],
  ['src/activities/x.ts', "import { main } from '../cli/main.js';", 'may not import src/cli/main.ts'],
  ['src/activities/x.ts', "import { scaleDown } from './scale-down.js';", 'may not import src/activities/scale-down.ts'],
  ['src/activities/objects/x.ts', "import type { ScaleDownInput } from '../scale-down.js';", 'may not import types of src/activities/scale-down.ts'],
])('%s is refused: %s', (file, text, because) => {
  expect(importsOf(file, text).map(refusal)).toEqual([expect.stringContaining(because)]);
});

test.each([
  ['src/workflows/x.ts', "import type { Activities } from '../activities/index.js';"],
  ['src/plans/step.ts', "import type { Activities } from '../activities/index.js';"],
  ['src/activities/inspect/x.ts', "import {\n  plan,\n} from '../../plans/kustomize-to-helm.js';"],
])('%s is allowed: %s', (file, text) => {
  const imports = importsOf(file, text);
  expect(imports).toHaveLength(1);
  expect(imports.map(refusal)).toEqual([undefined]);
});

test('the code keeps the rules', () => {
  expect(lintImports(process.cwd())).toEqual([]);
});
