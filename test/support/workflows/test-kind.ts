import { proxyActivities } from '@temporalio/workflow';
import type { Prepared } from '../../../src/model/policy.js';
import type { Report } from '../../../src/model/report.js';
import { Run } from '../../../src/workflows/engine/run.js';

const { prepareTest } = proxyActivities<{ prepareTest: (input: unknown) => Promise<Prepared> }>({
  startToCloseTimeout: '1 minute',
  retry: { maximumAttempts: 1 },
});

/** A kind whose plan the test gives: the engine with nothing around it. */
export async function testKind(input: unknown): Promise<Report> {
  return new Run('Test', () => prepareTest(input)).carryOut();
}
