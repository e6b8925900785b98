/** `Live_Agent` → `live-agent`: what of a database's name, or of a version, may stand in a name of Kubernetes. */
export const slugOf = (name: string): string => name.toLowerCase().replace(/[^a-z0-9]+/g, '-');
