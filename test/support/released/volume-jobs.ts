import type { FakeCluster } from '../fake-cluster/fake-cluster.js';
import { line } from '../private-world.js';

/** What Jobs next to a volume answer, by what they do. */
const answers: Readonly<Record<string, object>> = {
  release: { released: true },
  clone: { files: 3, bytes: 4096 },
  upgrade: { phase: 'done' },
  look: { phase: 'done' },
  revert: { phase: 'reverted' },
  drop: { phase: 'dropped' },
};

/** Jobs of the run's own that have a volume, as they are told apart by their names; others are left to whoever plays them. `onClone`: once one has all files. */
export function playVolumeJobs(fake: FakeCluster, onClone: () => void): void {
  const others = fake.behaviour.job;
  fake.behaviour.job = (job) => {
    const [, task = ''] = /^rehelm-private-.*-([a-z]+)$/.exec(job.metadata.name) ?? [];
    const result = answers[task];
    if (!result) return others(job);
    if (task === 'clone') onClone();
    return { succeeded: true, log: line({ result }) };
  };
}
