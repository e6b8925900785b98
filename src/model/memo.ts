/** Names in the memo of a run that was started through the API: what must be known of it before its first task, and without a worker. */
export const memoOnce = 'once';
/** Those that its spec names, as it was given. */
export const memoNamespaces = 'namespaces';
