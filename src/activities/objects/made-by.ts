import { labelValue } from '../../adapters/kube/label-value.js';
import { type Act, labels } from '../../model/act.js';
import type { KubeObject } from '../../model/kube-object.js';

/** Did this run create the object? By the label that every created object gets. */
export const madeByRun = ({ metadata }: KubeObject, { run }: Pick<Act, 'run'>): boolean => metadata.labels?.[labels.run] === labelValue(run);

/** Did this very step create the object? */
export const madeBy = (object: KubeObject, { run, step }: Pick<Act, 'run' | 'step'>): boolean =>
  madeByRun(object, { run }) && object.metadata.labels?.[labels.step] === labelValue(step);
