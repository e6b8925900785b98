import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { stringify } from 'yaml';
import { everywhere } from '../../model/scope.js';

/** Makes an access file in which one person may everything. False where there is one already; that is left as it is. */
export async function firstAccess(file: string, subject: string, hash: string): Promise<boolean> {
  if (existsSync(file)) return false;
  const access = { subjects: [{ name: subject, tokens: [hash], roles: [{ role: 'admin', namespaces: [everywhere] }] }] };
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, stringify(access), { flag: 'wx', mode: 0o600 });
  return true;
}
