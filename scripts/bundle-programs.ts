import { mkdirSync, writeFileSync } from 'node:fs';
import { bundleProgram } from './bundle-program.js';

/** For the images that Jobs and pods use: bundles/NAME/main.mjs of each. */
for (const name of ['copier', 'drill']) {
  mkdirSync(`bundles/${name}`, { recursive: true });
  writeFileSync(`bundles/${name}/main.mjs`, await bundleProgram(process.cwd(), `src/${name}/main.ts`));
}
