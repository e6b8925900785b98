import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { placeOn } from './place.js';
import type { Registry } from './registry.js';
import { type Stack, startStack } from './stack.js';
import { teller } from './tools.js';
import { type Eyes, openEyes } from './watch.js';

/** What a story on a running lab plays with. */
export interface Stage {
  readonly stack: Stack;
  readonly registry: Registry;
  readonly eyes: Eyes;
  /** Logs; empty when the story begins. */
  readonly folder: string;
  readonly tell: (line: string) => void;
}

/** Temporal beside the lab, and eyes on it, for as long as the story plays. `out`: its folder, from the working folder. */
export async function onStage<T>(lab: string, out: string, play: (stage: Stage) => Promise<T>): Promise<T> {
  const tell = teller();
  const folder = join(process.cwd(), out);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const { place, registry } = await placeOn(lab);
  const stack = await startStack(place, folder);
  const eyes = await openEyes(stack.address);
  try {
    return await play({ stack, registry, eyes, folder, tell });
  } finally {
    await eyes.close();
    await stack.stop();
  }
}
