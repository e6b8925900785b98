import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

// What tests leave in the system's folder for temporary files goes when they end.
const scratch = mkdtempSync(join(tmpdir(), 'rehelm-tests-'));
process.once('exit', () => rmSync(scratch, { recursive: true, force: true }));
process.env.TMPDIR = scratch;

/** ESM in Jest: Node runs with --experimental-vm-modules (package.json, scripts.test). */
export default {
  testEnvironment: 'node',
  testTimeout: 60_000,
  roots: ['<rootDir>/test'],
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/', '<rootDir>/test/e2e/', '<rootDir>/test/crash/', '<rootDir>/test/crash-lab/'],
  setupFiles: ['<rootDir>/test/support/one-realm.ts'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '^.+\\.ts$': ['@swc/jest', { jsc: { target: 'es2023', parser: { syntax: 'typescript' } }, module: { type: 'es6' } }] },
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
};
