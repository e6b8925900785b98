import { Writable } from 'node:stream';
import { Exec, type V1Status } from '@kubernetes/client-node';
import { failure } from '../../errors.js';
import { type ClusterSource, clusterConfig } from './connect.js';

/** Of a program that ran in a container; output is both streams, its first 4 KiB. */
export interface RanInPod {
  readonly exitCode: number;
  readonly output: string;
}

export interface PodContainer {
  readonly namespace: string;
  readonly name: string;
  readonly container: string;
}

/** Runs a program in a container, as `kubectl exec` does. Unreachable where the API server does not take it, TimedOut where it has not ended in time: it may go on. */
export type RunInPod = (where: PodContainer, command: readonly string[], withinMs: number) => Promise<RanInPod>;

const mostOutput = 4096;

export function runInPod(source: ClusterSource): RunInPod {
  const exec = new Exec(clusterConfig(source));
  return async ({ namespace, name, container }, command, withinMs) => {
    let output = '';
    const sink = () =>
      new Writable({
        write: (chunk: Buffer, _, done) => {
          output = `${output}${chunk}`.slice(0, mostOutput);
          done();
        },
      });
    const ended = Promise.withResolvers<V1Status>();
    const socket = await exec.exec(namespace, name, container, [...command], sink(), sink(), null, false, ended.resolve).catch((cause: unknown) => {
      throw failure('Unreachable', `no program can be run in Pod ${namespace}/${name}`, { cause });
    });
    socket.on('close', () => ended.reject(failure('Unreachable', `the connection to the program in Pod ${namespace}/${name} was lost`)));
    const timer = setTimeout(() => ended.reject(failure('TimedOut', `the program in Pod ${namespace}/${name} did not end in ${withinMs / 1000} s`)), withinMs);
    try {
      return { exitCode: exitCodeOf(await ended.promise), output: output.trim() };
    } finally {
      clearTimeout(timer);
      socket.close();
    }
  };
}

/** 1 where it does not say. */
function exitCodeOf({ status, details }: V1Status): number {
  if (status === 'Success') return 0;
  return Number(details?.causes?.find(({ reason }) => reason === 'ExitCode')?.message ?? 1);
}
