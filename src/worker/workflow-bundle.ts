import { createHash } from 'node:crypto';
import { existsSync, globSync } from 'node:fs';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode, type Logger, type WorkflowBundleOption } from '@temporalio/worker';

/** `src`, or `dist/src` of compiled code. */
const sources = fileURLToPath(new URL('..', import.meta.url));
const isCompiled = import.meta.url.endsWith('.js');

/**
 * The workflow code as one script. Of compiled code it is kept in `dist/workflow-bundles`, named after what it was made from, since making it takes a second;
 * a read-only `dist` (an image) is no error.
 */
export async function workflowBundle(logger: Logger): Promise<WorkflowBundleOption> {
  const workflowsPath = join(sources, 'workflows', isCompiled ? 'index.js' : 'index.ts');
  if (!isCompiled) return bundleWorkflowCode({ workflowsPath, logger });
  const codePath = join(sources, '..', 'workflow-bundles', `${await fingerprint()}.js`);
  if (existsSync(codePath)) return { codePath };
  const bundle = await bundleWorkflowCode({ workflowsPath, logger });
  return (await keep(codePath, bundle.code)) ? { codePath } : bundle;
}

/** Of everything a bundle may be made from: our code that workflows can import, and the SDK's version. */
async function fingerprint(): Promise<string> {
  const hash = createHash('sha256').update(await readFile(fileURLToPath(import.meta.resolve('@temporalio/workflow/package.json'))));
  const files = globSync('{errors.js,{workflows,model,plans}/**/*.js}', { cwd: sources });
  for (const file of files.sort()) hash.update(file).update(await readFile(join(sources, file)));
  return hash.digest('hex').slice(0, 16);
}

async function keep(codePath: string, code: string): Promise<boolean> {
  try {
    const partial = `${codePath}.${process.pid}.partial`;
    await mkdir(dirname(codePath), { recursive: true });
    await writeFile(partial, code);
    await rename(partial, codePath);
    return true;
  } catch {
    return false;
  }
}
