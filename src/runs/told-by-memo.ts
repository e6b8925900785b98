import type { WorkflowExecutionDescription } from '@temporalio/client';
import { isStartedBy, memoStarted } from '../model/four-eyes.js';
import { memoNamespaces } from '../model/memo.js';
import type { Origin } from './runs.js';

/** Which run a workflow is, and who started it, where its memo says so. */
export function originOf({ workflowId, runId, raw, memo }: WorkflowExecutionDescription): Origin {
  const started = memo?.[memoStarted];
  return { workflowId, run: raw.workflowExecutionInfo?.firstRunId || runId, ...(isStartedBy(started) && { started }) };
}

/** The namespaces of its spec, as they were told at the start. */
export const namesIn = (memo: Record<string, unknown> | undefined): readonly string[] | undefined => {
  const names = memo?.[memoNamespaces];
  return Array.isArray(names) ? names.map(String) : undefined;
};
