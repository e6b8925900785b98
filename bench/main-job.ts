import { mkdirSync, writeFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { migrate, type Story } from '../test/e2e/story/kustomize-to-helm.js';
import { placeOn } from '../test/e2e/story/place.js';
import { deployProduct, fingerprint, publish } from '../test/e2e/story/product.js';
import { type Stack, startStack } from '../test/e2e/story/stack.js';
import { run, teller } from '../test/e2e/story/tools.js';
import { openEyes } from '../test/e2e/story/watch.js';
import { withBenchWorker } from './bench-worker.js';
import { type MainJobBench, table } from './main-job-table.js';
import { large, rebindVolumes, small } from './rebind-volumes.js';
import { saveHistory } from './save-history.js';

interface Options {
  readonly lab: string;
  readonly documents: string;
  readonly out: string;
}

/** One undisturbed migration of the example product, then as many activities that do nothing and the volumes alone, all on one Temporal and one cluster. */
async function benchMainJob({ lab, documents, out }: Options): Promise<void> {
  const folder = join(process.cwd(), out);
  mkdirSync(folder, { recursive: true });
  const { stdout: commit } = await run({ checkout: process.cwd(), env: {} }, 'git', ['rev-parse', '--short', 'HEAD'], { mayFail: true });
  const story: Story = { ...(await placeOn(lab)), documents: Number(documents), folder, tell: teller() };
  await deployProduct(story.place, story.documents, story.tell);
  const spec = await publish(story.place, story.registry);
  const stack = await startStack(story.place, folder);
  try {
    const result = { commit: commit || 'unknown', ...(await measure(story, stack, spec)) };
    writeFileSync(join(folder, 'main-job.json'), `${JSON.stringify(result, null, 2)}\n`);
    process.stderr.write(`${table(result)}\n`);
    process.stdout.write(`${JSON.stringify(result)}\n`);
  } finally {
    await stack.stop();
  }
}

async function measure(story: Story, stack: Stack, spec: string): Promise<Omit<MainJobBench, 'commit'>> {
  const { tell, folder } = story;
  const eyes = await openEyes(stack.address);
  try {
    await stack.startWorker();
    const before = await fingerprint(stack.place, 'default', false);
    const { report, times } = await migrate(story, { stack, eyes }, { spec, before });
    return await withBenchWorker(stack, async (execute) => {
      await execute('noOps', 'bench/no-ops', { count: times.activities });
      const bare = await saveHistory(stack.place, 'bench/no-ops', join(folder, 'no-ops.history.json'));
      tell(`${bare.activities} activities that do nothing: ${bare.wallSeconds.toFixed(1)} s`);
      // The first of anything pays for connections and compilation.
      await rebindVolumes(stack.place, execute, { ...small, name: 'first' });
      const smallSeconds = await rebindVolumes(stack.place, execute, small);
      const largeSeconds = await rebindVolumes(stack.place, execute, large);
      return {
        at: new Date().toISOString(),
        load: loadavg(),
        documents: story.documents,
        steps: report.steps.length,
        run: times,
        overheadSeconds: times.overheadSeconds,
        bareActivitiesSeconds: bare.wallSeconds,
        rebind: { smallSeconds, largeSeconds },
      };
    });
  } finally {
    await eyes.close();
  }
}

await new Command('main-job')
  .description('Measures what the engine itself takes in a whole migration on a running lab, and how long volumes take to hand over')
  .option('--lab <name>', '', 'bench')
  .option('--documents <number>', '', '20000')
  .option('--out <folder>', 'main-job.json, histories and logs', 'out/bench')
  .action(benchMainJob)
  .parseAsync();

// The adapters' connection to Temporal, which is gone by now, would keep the process for a while.
process.exit();
