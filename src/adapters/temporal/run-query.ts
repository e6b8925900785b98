import { afterwards } from '../../model/afterwards.js';
import type { RunFilter } from './temporal.js';

/** Visibility has no escape that every store knows; none of ours has one, and a foreign name with a quote matches nothing. */
export const quoted = (text: string): string => `'${text.replaceAll("'", '')}'`;
export const oneOf = (names: readonly string[]): string => `(${names.map(quoted).join(', ')})`;

export interface QueryNames {
  readonly taskQueue: string;
  readonly readOnly: readonly string[];
  /** Name of the search attribute. */
  readonly namespaces: string;
}

/** The list filter of Temporal for runs. */
export function runQuery({ type, namesOneOf, openOr }: RunFilter, { taskQueue, readOnly, namespaces }: QueryNames): string {
  const others = [...readOnly, ...afterwards].map((each) => `WorkflowType != ${quoted(each)}`);
  const ids = openOr && openOr.length > 0 ? ` OR WorkflowId IN ${oneOf(openOr)}` : '';
  return [
    `TaskQueue = ${quoted(taskQueue)}`,
    ...(type === undefined ? others : [`WorkflowType = ${quoted(type)}`]),
    ...(namesOneOf ? [`${namespaces} IN ${oneOf(namesOneOf)}`] : []),
    ...(openOr ? [`(ExecutionStatus = 'Running'${ids})`] : []),
  ].join(' AND ');
}
