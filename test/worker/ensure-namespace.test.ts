import { status } from '@grpc/grpc-js';
import { ServiceError } from '@temporalio/client';
import { ensureNamespace, type NamespaceConnection } from '../../src/worker/ensure-namespace.js';

const missing = () => Promise.reject(Object.assign(new Error('not there'), { code: status.NOT_FOUND, details: '', metadata: {} }));

/** A Temporal whose caches learn of a namespace after some looks. */
function temporal({ known, looks = 0 }: { readonly known: boolean; readonly looks?: number }) {
  const made: unknown[] = [];
  let left = looks;
  const connection = {
    workflowService: {
      describeNamespace: () => (known ? Promise.resolve({}) : missing()),
      registerNamespace: (request: unknown) => Promise.resolve(made.push(request)),
    },
    operatorService: { listSearchAttributes: () => (left-- > 0 ? missing() : Promise.resolve({})) },
  };
  return { made, connection: connection as unknown as NamespaceConnection };
}

test('a namespace that is there is left as it is', async () => {
  const { made, connection } = temporal({ known: true });
  expect(await ensureNamespace(connection, 'default', 30)).toBe(false);
  expect(made).toEqual([]);
});

test('one that is missing is made, and waited for until Temporal knows it everywhere', async () => {
  const { made, connection } = temporal({ known: false, looks: 2 });
  expect(await ensureNamespace(connection, 'teams', 3)).toBe(true);
  expect(made).toMatchObject([{ namespace: 'teams' }]);
  expect(String((made[0] as { workflowExecutionRetentionPeriod: { seconds: unknown } }).workflowExecutionRetentionPeriod.seconds)).toBe('259200');
});

test('another failure is not taken for a missing namespace', async () => {
  const denied = { workflowService: { describeNamespace: () => Promise.reject(new ServiceError('denied')) } } as unknown as NamespaceConnection;
  await expect(ensureNamespace(denied, 'default', 30)).rejects.toThrow('denied');
});
