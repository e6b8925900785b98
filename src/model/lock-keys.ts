/** Nothing else works in the namespace meanwhile: what stands there may go down. */
export const drillLock = (namespace: string): string => `drill/${namespace}`;

/** Somebody works in the namespace, and may be joined by others who work on something else there: `release/NAMESPACE/NAME`, `source/NAMESPACE/SELECTOR`, `database/NAMESPACE/…`, `volume/NAMESPACE/CLAIM`. */
const working = /^(?:release|source|database|volume)\/([^/]+)\//;

/** Whether two runs must not hold these beside each other. The same key is held by one run anyway. */
export const areApart = (one: string, other: string): boolean => keepsOut(one, other) || keepsOut(other, one);

function keepsOut(drill: string, work: string): boolean {
  const namespace = working.exec(work)?.[1];
  return namespace !== undefined && drill === drillLock(namespace);
}
