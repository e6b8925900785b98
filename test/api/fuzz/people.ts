import type { Subject } from '../../../src/api/access/roles.js';
import { everywhere } from '../../../src/model/scope.js';

const person = (name: string, ...namespaces: readonly string[]): Subject => ({ name, isMachine: false, grants: [{ role: 'admin', namespaces }] });

/** By their tokens: who fuzzes, the second person, and one who must see nothing of theirs. */
export const people: ReadonlyMap<string, Subject> = new Map([
  ['token-of-the-fuzzer', person('fuzzer@example.com', everywhere)],
  ['token-of-a-colleague', person('colleague@example.com', everywhere)],
  ['token-of-a-stranger', person('stranger@example.com', 'elsewhere')],
]);

const as = (token: string) => ({ authorization: `Bearer ${token}` });
export const asFuzzer = as('token-of-the-fuzzer');
export const asColleague = as('token-of-a-colleague');
