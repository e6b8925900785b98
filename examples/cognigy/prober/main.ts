import { Command } from 'commander';
import { downtimeSeconds, findOutages } from './downtime.js';
import type { Sample } from './sample.js';
import { startProber } from './start-prober.js';

type Flags = { readonly every: string; readonly timeout: string; readonly seconds?: string; readonly host?: string };

/** JSON lines on stdout, a summary on stderr at the end (Ctrl-C or --seconds). */
const probe = async (urls: readonly string[], { every, timeout, seconds, host }: Flags): Promise<void> => {
  const samples: Sample[] = [];
  const prober = startProber({
    urls,
    everyMilliseconds: Number(every),
    timeoutMilliseconds: Number(timeout),
    ...(host ? { host } : {}),
    onSample: (sample) => {
      samples.push(sample);
      process.stdout.write(`${JSON.stringify(sample)}\n`);
    },
  });
  await new Promise<void>((resolve) => {
    process.once('SIGINT', resolve).once('SIGTERM', resolve);
    if (seconds) setTimeout(resolve, Number(seconds) * 1000);
  });
  await prober.stop();
  const summary = {
    samples: samples.length,
    good: samples.filter(({ ok }) => ok).length,
    downtimeSeconds: downtimeSeconds(samples),
    outages: findOutages(samples),
  };
  process.stderr.write(`${JSON.stringify(summary)}\n`);
};

await new Command('prober')
  .description('Knocks at URLs from outside and measures how long nobody answered')
  .argument('<url...>')
  .option('--every <milliseconds>', 'rhythm of each URL', '100')
  .option('--timeout <milliseconds>', 'patience with one answer', '1000')
  .option('--seconds <number>', 'stop after so long')
  .option('--host <name>', 'the Host header to send')
  .action(probe)
  .parseAsync();
