import { setTimeout as sleep } from 'node:timers/promises';
import { isGrpcServiceError, type OperatorService, type WorkflowService } from '@temporalio/client';
import { msToTs } from '@temporalio/common/lib/time.js';

/** The part of a connection that knows namespaces; both of the SDK's connections have it. */
export interface NamespaceConnection {
  readonly workflowService: Pick<WorkflowService, 'describeNamespace' | 'registerNamespace'>;
  readonly operatorService: Pick<OperatorService, 'listSearchAttributes'>;
}

/** gRPC's NOT_FOUND */
const notFound = 5;
const waitMilliseconds = 500;

/** Makes the namespace where there is none, and waits until Temporal's own caches know it, which takes seconds. Answers whether it was made. */
export async function ensureNamespace({ workflowService, operatorService }: NamespaceConnection, namespace: string, retentionDays: number): Promise<boolean> {
  if (await found(() => workflowService.describeNamespace({ namespace }))) return false;
  await workflowService.registerNamespace({ namespace, workflowExecutionRetentionPeriod: msToTs(`${retentionDays} days`) });
  // The caller's deadline ends it.
  while (!(await found(() => operatorService.listSearchAttributes({ namespace })))) await sleep(waitMilliseconds);
  return true;
}

async function found(look: () => Promise<unknown>): Promise<boolean> {
  try {
    await look();
    return true;
  } catch (error) {
    if (isGrpcServiceError(error) && error.code === notFound) return false;
    throw error;
  }
}
