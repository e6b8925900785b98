import { readFileSync } from 'node:fs';
import { Command, Option } from 'commander';
import { runFingerprint, runSeed } from './commands.js';
import { compareFingerprints, type Fingerprint } from './fingerprint.js';
import { jobObjects, type SeedJob } from './job.js';
import { layout } from './layout.js';
import { mongodbHosts, renamedDatabases, userSecrets, volumeClaims } from './product-data.js';

type JobFlags = {
  readonly role: SeedJob['role'];
  readonly namespace: string;
  readonly root: string;
  readonly renamed?: true;
  readonly databasesOnly?: true;
  readonly documents: string;
};

const printJob = ({ role, namespace, root, renamed, databasesOnly, documents }: JobFlags): void => {
  const databases = layout.map(({ name }) => (renamed ? renamedDatabases[name]! : name));
  const items = jobObjects({
    role,
    namespace,
    rootUri: `mongodb://${root}@${mongodbHosts}/admin`,
    databases,
    claims: databasesOnly ? [] : volumeClaims,
    redis: !databasesOnly,
    ...(role === 'seed' ? { userSecrets, documents: Number(documents) } : {}),
  });
  process.stdout.write(`${JSON.stringify({ apiVersion: 'v1', kind: 'List', items }, null, 2)}\n`);
};

const compare = (before: string, after: string, { renamed }: { readonly renamed?: true }): void => {
  const read = (path: string): Fingerprint => JSON.parse(readFileSync(path, 'utf8'));
  const differences = compareFingerprints(read(before), read(after), renamed ? renamedDatabases : {});
  process.stdout.write(differences.length === 0 ? 'equal\n' : `${differences.join('\n')}\n`);
  process.exitCode = differences.length === 0 ? 0 : 1;
};

const program = new Command('seed').description('Fills the example product with data and fingerprints it');
program
  .command('seed')
  .description('seed what the environment names (see commands.ts)')
  .action(() => runSeed(process.env));
program
  .command('fingerprint')
  .description('print the fingerprint of what the environment names')
  .action(() => runFingerprint(process.env));
program.command('compare').argument('<before.json>').argument('<after.json>').option('--renamed', 'databases were renamed in between').action(compare);
program
  .command('job')
  .description('print a Job that does it in the cluster, for kubectl apply -f -')
  .addOption(new Option('--role <role>').choices(['seed', 'fingerprint']).makeOptionMandatory())
  .option('--namespace <name>', 'where the product is', 'default')
  .requiredOption('--root <user:password>', 'of the secret mongodb/mongodb-root')
  .option('--documents <number>', 'over both databases together', '50000')
  .option('--renamed', 'fingerprint the databases under their new names')
  .option('--databases-only', 'neither volumes nor Redis')
  .action(printJob);

await program.parseAsync();
