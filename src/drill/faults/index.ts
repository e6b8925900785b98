import type { FaultKind } from '../../model/drill.js';
import type { AnyFault, FaultKindOf, Tools } from './fault.js';
import { nodeOff } from './node-off.js';
import { podDelete } from './pod-delete.js';
import { sigkill, sigstop } from './signals.js';

/** A fault by its name. What it captured goes back to the same fault only: guard and driver read the same request. */
export function faultNamed(kind: FaultKind, tools: Tools, namespace: string): AnyFault {
  const known: { readonly [kind in FaultKind]: () => FaultKindOf<never> } = {
    podDelete: () => podDelete(tools.kube, namespace) as FaultKindOf<never>,
    sigkill: () => sigkill(tools) as FaultKindOf<never>,
    sigstop: () => sigstop(tools) as FaultKindOf<never>,
    nodeOff: () => nodeOff(tools) as FaultKindOf<never>,
  };
  return known[kind]() as AnyFault;
}
