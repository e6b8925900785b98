import { createHash } from 'node:crypto';
import { existsSync, globSync } from 'node:fs';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { bundleWorkflowCode, DefaultLogger, type WorkflowBundle } from '@temporalio/worker';

const entry = 'test/support/workflows/index.ts';
const kept = 'node_modules/.cache/rehelm-workflows';

let bundle: Promise<WorkflowBundle> | undefined;

/** The product's workflows and the tests' own as one script, kept under a name made of what it was made from: making it takes longer than most tests. */
export function workflowBundle(): Promise<WorkflowBundle> {
  bundle ??= findOrMake();
  return bundle;
}

async function findOrMake(): Promise<WorkflowBundle> {
  const name = `${await fingerprint()}.js`;
  const file = join(kept, name);
  if (existsSync(file)) return { code: await readFile(file, 'utf8') };
  const made = await bundleWorkflowCode({ workflowsPath: resolve(entry), logger: new DefaultLogger('ERROR') });
  await keep(name, made.code);
  return made;
}

/** Of all our code, whatever of it workflows import, and of the SDK's version. */
async function fingerprint(): Promise<string> {
  const hash = createHash('sha256');
  for (const file of ['node_modules/@temporalio/workflow/package.json', ...globSync('{src,test/support/workflows}/**/*.ts').sort()])
    hash.update(file).update(await readFile(file));
  return hash.digest('hex').slice(0, 16);
}

async function keep(name: string, code: string): Promise<void> {
  await mkdir(kept, { recursive: true });
  for (const old of globSync('*.js', { cwd: kept })) await rm(join(kept, old), { force: true });
  const partial = join(kept, `${name}.${process.pid}.partial`);
  await writeFile(partial, code);
  await rename(partial, join(kept, name));
}
