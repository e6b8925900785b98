/** Loaded into the API before it starts: garbage that V8 leaves lying while there is room must not pass for growth. */
const everyMilliseconds = 5000;

setInterval(() => globalThis.gc?.(), everyMilliseconds).unref();
