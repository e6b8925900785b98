import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const exec = promisify(execFile);

/** A program with its arguments, and the folder that is a small volume to it alone: the mount goes with the process, however that ends. */
export interface OnVolume {
  readonly folder: string;
  readonly mebibytes: number;
  readonly command: readonly string[];
}

/** What was in the folder is on the volume at the start; nobody else sees it. */
export const onVolume = ({ folder, mebibytes, command }: OnVolume): readonly string[] => [
  ...['unshare', '--mount', 'sh', '-ec'],
  'mkdir -p "$0.volume"; mount -t tmpfs -o "size=$1m,mode=700" tmpfs "$0.volume"; cp -a "$0/." "$0.volume/"; mount --move "$0.volume" "$0"; cd "$0"; shift; exec "$@"',
  ...[folder, String(mebibytes), ...command],
];

/** So many MiB are free then. Somebody may write between the look and the change, and a volume does not shrink below what is on it: then again. */
export async function leaveFree(pid: number, folder: string, mebibytes: number): Promise<void> {
  const inside = ['-t', String(pid), '-m'];
  for (let attempt = 0; ; attempt++) {
    const { stdout } = await exec('nsenter', [...inside, 'df', '-k', '--output=used', folder]);
    const size = Number(stdout.trim().split('\n').at(-1)) + mebibytes * 1024;
    try {
      await exec('nsenter', [...inside, 'mount', '-o', `remount,size=${size}k`, folder]);
      return;
    } catch (error) {
      if (attempt === 10) throw error;
    }
  }
}
