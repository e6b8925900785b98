import { globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Import, refusal } from './import-rules.js';

const statement = /^\s*(?:import|export)\s+(type\s+)?(?:[\s\S]*?\sfrom\s+)?'([^']+)'/gm;

/** The imports of one file's text; relative ones as paths from the checkout's root. */
export function importsOf(file: string, text: string): readonly Import[] {
  return [...text.matchAll(statement)].map(([, typeOnly, target = '']) => ({
    file,
    target: target.startsWith('.') ? join(dirname(file), target).replace(/\.js$/, '.ts') : target,
    typeOnly: typeOnly !== undefined,
  }));
}

/** Every import of src/ that breaks a rule, as a sentence. */
export function lintImports(root: string): readonly string[] {
  const files = globSync('src/**/*.ts', { cwd: root });
  return files.flatMap((file) => importsOf(file, readFileSync(join(root, file), 'utf8')).flatMap((each) => refusal(each) ?? []));
}

if (process.argv[1]?.endsWith('lint-imports.js')) {
  const problems = lintImports(process.cwd());
  for (const problem of problems) console.error(problem);
  if (problems.length) process.exit(1);
}
