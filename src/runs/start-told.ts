import { type Client, ServiceError, type WorkflowHandleWithFirstExecutionRunId, type WorkflowStartOptions } from '@temporalio/client';
import { attributes } from '../model/search-attributes.js';

/** Where Temporal has no such search attribute; found at the first start, and not asked again while the process lives. */
const without = new WeakSet<object>();

/** Starts a workflow with the namespaces that it names, where Temporal can keep them: so it is in its owners' lists before its first task. */
export async function startTold(
  client: Client,
  type: string,
  options: WorkflowStartOptions,
  namespaces: readonly string[] | undefined,
): Promise<WorkflowHandleWithFirstExecutionRunId> {
  if (namespaces === undefined || without.has(client.connection)) return client.workflow.start(type, options);
  try {
    return await client.workflow.start(type, { ...options, typedSearchAttributes: [{ key: attributes.namespaces, value: [...namespaces] }] });
  } catch (error) {
    if (!isAboutAttribute(error)) throw error;
    without.add(client.connection);
    return client.workflow.start(type, options);
  }
}

const isAboutAttribute = (error: unknown): boolean =>
  error instanceof ServiceError && error.cause instanceof Error && error.cause.message.includes(attributes.namespaces.name);
