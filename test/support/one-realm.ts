// Jest's sandbox lends structuredClone from outside: what it copies has other prototypes, so that equal things are not deeply equal.
globalThis.structuredClone = <T>(value: T): T => (value === undefined ? value : JSON.parse(JSON.stringify(value)));
