import { TestWorkflowEnvironment } from '@temporalio/testing';
import { DefaultLogger, Runtime } from '@temporalio/worker';
import type { Temporal } from '../../src/adapters/temporal/temporal.js';
import { findTemporal } from '../../src/cli/find-temporal.js';
import { noRuns } from './no-runs.js';

export let env: TestWorkflowEnvironment;

/** A dev server for a test file. */
export async function startTemporal(): Promise<void> {
  Runtime.install({ logger: new DefaultLogger('ERROR') });
  env = await TestWorkflowEnvironment.createLocal({ server: { executable: { type: 'existing-path', path: findTemporal(process.env) } } });
}

export const stopTemporal = async (): Promise<void> => env?.teardown();

/** What activities ask of runs, as far as tests of the engine need it. */
export const openRuns: Temporal = {
  ...noRuns,
  isOpen: async ({ workflowId }) => (await env.client.workflow.getHandle(workflowId).describe()).status.name === 'RUNNING',
};
