/** Every namespace of the cluster, where namespaces are named. */
export const everywhere = '*';

/** Below these a product's own values stand, whatever their keys mean. */
const foreign: readonly string[] = ['inline', 'set'];

/**
 * The namespaces that a spec names, wherever in it and whether as the user wrote it or read: of source, target, references to Secrets, services
 * (`NAMESPACE/NAME`), and those that may suffer with it (`collateral`). A drill that switches a node off names every one, since a node is everybody's.
 * Who starts or steers a run needs the right in each of them. Sorted, each once.
 */
export function namespacesOf(spec: unknown): readonly string[] {
  return [...new Set(namesIn(spec))].sort();
}

function namesIn(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.flatMap(namesIn);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, held]) => {
    if (foreign.includes(key)) return [];
    if (typeof held === 'string') return named(key, held);
    if (key === 'fault' && isOfNode(held)) return [everywhere];
    if (key === 'collateral' && Array.isArray(held)) return held.map(String);
    return namesIn(held);
  });
}

const isOfNode = (fault: unknown): boolean => typeof fault === 'object' && fault !== null && 'kind' in fault && fault.kind === 'nodeOff';

function named(key: string, text: string): readonly string[] {
  if (key === 'namespace') return [text];
  const [namespace, name] = text.split('/');
  return key === 'service' && namespace && name ? [namespace] : [];
}
