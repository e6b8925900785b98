import type { LabelSelector } from '../../model/kube-object.js';

/** A selector in the form that the API takes as a query. */
export function matchLabels({ matchLabels: equal = {}, matchExpressions = [] }: LabelSelector): string {
  const terms = Object.entries(equal).map(([key, value]) => `${key}=${value}`);
  const expressions = matchExpressions.map(({ key, operator, values = [] }) => {
    if (operator === 'Exists') return key;
    if (operator === 'DoesNotExist') return `!${key}`;
    return `${key} ${operator === 'In' ? 'in' : 'notin'} (${values.join(',')})`;
  });
  return [...terms, ...expressions].join(',');
}
