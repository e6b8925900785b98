import { writeFileSync } from 'node:fs';
import { type Place, run } from '../test/e2e/story/tools.js';
import { type RunHistory, type RunTimes, runTimes } from './run-times.js';

/** Writes the latest run of a workflow to `path`, as `temporal workflow show -o json` prints it, and answers where its time went. `TEMPORAL_ADDRESS` is the place's. */
export async function saveHistory(place: Place, workflowId: string, path: string): Promise<RunTimes> {
  const { stdout } = await run(place, place.env['REHELM_TEMPORAL'] ?? 'temporal', ['workflow', 'show', '-w', workflowId, '-o', 'json']);
  writeFileSync(path, stdout);
  const history: RunHistory = JSON.parse(stdout);
  return runTimes(history);
}
