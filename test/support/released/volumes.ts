import { backupsAt } from '../fake-backups.js';
import type { FakeCluster } from '../fake-cluster/fake-cluster.js';
import { serversIn } from '../fake-postgres.js';

/** A volume that goes takes along what the server on it held. */
export function followVolumes(fake: FakeCluster): void {
  const { read, write } = serversIn(fake);
  fake.onChange(() => {
    const there = new Set(['old', backupsAt, ...fake.all('v1', 'PersistentVolume').map(({ metadata }) => metadata.name)]);
    const [all, left] = [read(), Object.entries(read()).filter(([name]) => there.has(name))];
    if (left.length < Object.keys(all).length) write(Object.fromEntries(left));
  });
}
