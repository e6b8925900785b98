import { type Client, ServiceError, type WorkflowHandleWithFirstExecutionRunId, type WorkflowStartOptions } from '@temporalio/client';
import { attributes } from '../model/search-attributes.js';

/** Starts a workflow with the namespaces that it names, where Temporal can keep them: so it is in its owners' lists before its first task. */
export async function startTold(
  client: Client,
  type: string,
  options: WorkflowStartOptions,
  namespaces: readonly string[] | undefined,
): Promise<WorkflowHandleWithFirstExecutionRunId> {
  if (namespaces === undefined) return client.workflow.start(type, options);
  try {
    return await client.workflow.start(type, { ...options, typedSearchAttributes: [{ key: attributes.namespaces, value: [...namespaces] }] });
  } catch (error) {
    if (!isAboutAttribute(error)) throw error;
    // They may be registered any time, and starts are rare.
    return client.workflow.start(type, options);
  }
}

const isAboutAttribute = (error: unknown): boolean =>
  error instanceof ServiceError && error.cause instanceof Error && error.cause.message.includes(attributes.namespaces.name);
