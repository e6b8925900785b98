import { Context } from '@temporalio/activity';
import { failure } from '../../errors.js';
import type { Secret } from '../../model/kube-object.js';
import type { Notice, NoticeTarget } from '../../model/notice.js';
import type { Adapters } from '../adapters.js';

/** Tells one receiver one thing. Its id is the workflow's, so that an attempt whose answer was lost is not a second notice. */
export function sendNotice({ kube, webhook }: Pick<Adapters, 'kube' | 'webhook'>) {
  return {
    /** NotFound where Secret or key is missing; no message quotes the value. */
    async sendNotice({ notice, target: { http, secretRef } }: { readonly notice: Notice; readonly target: NoticeTarget }): Promise<void> {
      const { namespace, name, key } = secretRef;
      const value = (await kube.get<Secret>({ apiVersion: 'v1', kind: 'Secret', namespace, name }))?.data?.[key];
      if (value === undefined) throw failure('NotFound', `Secret ${namespace}/${name} with the key ${key} is not there`);
      const id = Context.current().info.workflowExecution?.workflowId ?? `${notice.run}/${notice.at}`;
      await webhook({ id, http, secret: Buffer.from(value, 'base64').toString(), body: notice });
    },
  };
}
