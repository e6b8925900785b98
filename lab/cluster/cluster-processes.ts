import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { LabError } from '../lab-error.js';
import { startDaemon } from '../process/daemon.js';
import { endProcess } from '../process/end-process.js';
import { findMarkedProcesses } from '../process/marked-processes.js';
import { isAlive, type ProcessRecord } from '../process/process-record.js';
import type { ClusterLayout } from './cluster-layout.js';
import { type ClusterState, readClusterState, updateClusterState } from './cluster-state.js';

const searchPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** Name of the environment variable that marks a cluster's daemons. */
const markName = 'REHELM_LAB_ID';

/** The mark for the environment of a short-lived command, so that `down` ends it too if it outlives a killed starter. */
export function clusterMark(clusterName: string): Readonly<Record<string, string>> {
  const id = readClusterState(clusterName)?.id;
  return id === undefined ? {} : { [markName]: id };
}

/** The recorded process of that name, if it lives. */
export function liveProcess(clusterName: string, name: string): ProcessRecord | undefined {
  const record = readClusterState(clusterName)?.processes[name];
  return record !== undefined && isAlive(record) ? record : undefined;
}

/** Fails, with the end of its log, when a process that was started is dead: no use waiting for what it would do. */
export function requireLiveProcess(cluster: ClusterLayout, name: string): void {
  if (liveProcess(cluster.name, name) !== undefined) return;
  const log = processLog(cluster, name);
  const end = existsSync(log) ? readFileSync(log, 'utf8').trimEnd().split('\n').slice(-5).join('\n') : '';
  throw new LabError(`${name} of ${cluster.name} has ended; the last it said:\n${end}`, `all of it is in ${log}`);
}

/** Most parts of a cluster are Go programs with small heaps, and all of them share the cores: memory is traded for time. */
const fewCollections = { GOGC: '400' };

/** What a daemon's environment holds beyond what all have. */
export interface ProcessSettings {
  /** Folders to look for programs in before the usual ones, separated by colons. */
  readonly pathBefore?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** Starts a daemon of the cluster unless it lives, and records it. True when it was started. */
export function ensureClusterProcess(
  cluster: ClusterLayout,
  name: string,
  command: string,
  args: readonly string[],
  { pathBefore = '', env: more = {} }: ProcessSettings = {},
): boolean {
  if (liveProcess(cluster.name, name) !== undefined) return false;
  updateClusterState(cluster.name, (state) => {
    const path = pathBefore === '' ? searchPath : `${pathBefore}:${searchPath}`;
    const env = { PATH: path, HOME: '/root', ...fewCollections, ...more, [markName]: state.id };
    const record = startDaemon({ command, args, env, cwd: cluster.folder, logFile: processLog(cluster, name) });
    return { ...state, processes: { ...state.processes, [name]: record } };
  });
  return true;
}

/** Ends one recorded process and forgets it. */
export async function endClusterProcess(clusterName: string, name: string, graceSeconds?: number): Promise<void> {
  const record = readClusterState(clusterName)?.processes[name];
  if (record === undefined) return;
  await endProcess(record, graceSeconds);
  updateClusterState(clusterName, (state) => ({ ...state, processes: without(state.processes, name) }));
}

/** Ends what carries the cluster's mark and was not recorded, because its starter was killed in between. */
export async function endUnrecordedProcesses(state: ClusterState): Promise<void> {
  await Promise.all(findMarkedProcesses(`${markName}=${state.id}`).map((record) => endProcess(record, 0)));
}

function processLog(cluster: ClusterLayout, name: string): string {
  return join(cluster.logFolder, `${name}.log`);
}

function without<T>(entries: Readonly<Record<string, T>>, name: string): Record<string, T> {
  return Object.fromEntries(Object.entries(entries).filter(([key]) => key !== name));
}
