import { readFile } from 'node:fs/promises';
import { failure } from '../errors.js';
import type { DrillRequest } from '../model/drill.js';
import { wordsOf } from './again.js';
import { runDriver } from './driver/run-driver.js';
import { runGuard } from './guard/run-guard.js';
import { hand } from './hand/hand.js';
import { serve } from './wire.js';

type Role = (request: DrillRequest) => Promise<void>;

/** One image, three roles: the driver measures and injects, the guard takes back, hands send signals on a node. */
const roles: Readonly<Record<string, Role>> = {
  driver: runDriver,
  guard: runGuard,
  hand: async ({ token }) => void (await serve(hand(), token)),
};

async function main(): Promise<void> {
  const role = roles[process.argv[2] ?? ''];
  if (!role) throw failure('Invalid', `expected one of ${Object.keys(roles).join(', ')}, got ${process.argv[2]}`);
  // The worker wrote it: its own types are trusted.
  await role(JSON.parse(await readFile(process.env['REHELM_REQUEST'] ?? '/request/request.json', 'utf8')) as DrillRequest);
}

main().catch((error: unknown) => {
  process.stderr.write(`${JSON.stringify({ failure: wordsOf(error) })}\n`);
  process.exit(1);
});
