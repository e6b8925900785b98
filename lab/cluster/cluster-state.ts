import { randomBytes, randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { LabError } from '../lab-error.js';
import { stateRoot } from '../paths.js';
import type { ProcessRecord } from '../process/process-record.js';
import { maxClusters } from './cluster-layout.js';

/** What a cluster remembers between commands. Secrets included: the file is readable by root only. */
export interface ClusterState {
  readonly name: string;
  readonly slot: number;
  /** Marks the environment of every daemon of this cluster. */
  readonly id: string;
  readonly nodeCount: number;
  /** Names of nodes that were switched off on purpose. */
  readonly nodesOff: readonly string[];
  /** Images that every node should hold, as `lab images` knows them, besides the base images. */
  readonly images: readonly string[];
  readonly processes: Readonly<Record<string, ProcessRecord>>;
  readonly adminToken: string;
  readonly registryPassword: string;
  readonly powerToken: string;
}

const namePattern = /^[a-z][a-z0-9-]{0,19}$/;

/** The state of a cluster, or undefined when there is none of that name. */
export function readClusterState(name: string): ClusterState | undefined {
  const file = stateFile(name);
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined;
}

/** Writes the state at once: a reader, or the next command after a crash, never sees half of it. */
export function writeClusterState(state: ClusterState): void {
  const file = stateFile(state.name);
  writeFileSync(`${file}.new`, JSON.stringify(state, null, 2), { mode: 0o600 });
  renameSync(`${file}.new`, file);
}

/** Reads, changes and writes the state; answers the new one. */
export function updateClusterState(name: string, change: (state: ClusterState) => ClusterState): ClusterState {
  const state = readClusterState(name);
  if (state === undefined) throw new LabError(`there is no cluster ${name}`, `bin/lab up --name ${name}`);
  const changed = change(state);
  writeClusterState(changed);
  return changed;
}

/** Makes the state of a new cluster in the lowest free slot. */
export function createClusterState(name: string, nodeCount: number): ClusterState {
  if (!namePattern.test(name)) throw new LabError(`${name} is no name for a cluster`, 'lower case letters, digits and dashes, at most 20');
  const taken = listClusters().map((cluster) => cluster.slot);
  const slot = Array.from({ length: maxClusters }, (_, index) => index).find((index) => !taken.includes(index));
  if (slot === undefined) throw new LabError(`${maxClusters} clusters run already`, 'bin/lab status lists them; bin/lab down --name … ends one');
  const secrets = { adminToken: secret(), registryPassword: secret(), powerToken: secret() };
  const state = { name, slot, id: randomUUID(), nodeCount, nodesOff: [], images: [], processes: {}, ...secrets };
  mkdirSync(join(stateRoot(), name), { recursive: true, mode: 0o755 });
  writeClusterState(state);
  return state;
}

/** All clusters of this machine that are up, or half up. */
export function listClusters(): readonly ClusterState[] {
  if (!existsSync(stateRoot())) return [];
  return readdirSync(stateRoot()).flatMap((name) => (namePattern.test(name) ? (readClusterState(name) ?? []) : []));
}

/** Removes everything a cluster wrote. Only after its processes are gone. */
export function removeClusterFolder(name: string): void {
  rmSync(join(stateRoot(), name), { recursive: true, force: true });
}

function stateFile(name: string): string {
  return join(stateRoot(), name, 'state.json');
}

function secret(): string {
  return randomBytes(16).toString('hex');
}
