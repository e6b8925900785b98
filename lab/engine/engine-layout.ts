import { join } from 'node:path';

/** Names and paths of a container engine of our own: a pure function of its name, so that what is left of one that was killed is found. */
export interface EngineLayout {
  readonly name: string;
  readonly folder: string;
  readonly socket: string;
  readonly logFile: string;
  /** Bridge of its one network; the ends of its containers' cables hang on it. At most 15 characters. */
  readonly bridge: string;
  /** Folder in each cgroup controller. */
  readonly cgroup: string;
  /** `NAME=value` that its daemons were started with. */
  readonly marker: string;
}

/** Short, because unix sockets are made below it, whose paths end at 107 bytes. */
const root = '/var/lib/rehelm-engine';

export function engineLayout(name: string): EngineLayout {
  const folder = join(root, name);
  return {
    name,
    folder,
    socket: join(folder, 'docker.sock'),
    logFile: join(folder, 'dockerd.log'),
    bridge: `rhe-${name}`.slice(0, 15),
    cgroup: `rehelm-engine-${name}`,
    marker: `REHELM_ENGINE=${name}`,
  };
}
