export * from '../../../src/workflows/index.js';
export { call } from './call.js';
export { testKind } from './test-kind.js';
