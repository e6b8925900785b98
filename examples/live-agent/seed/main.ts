import { Command } from 'commander';
import { rowsSql, sizeOf } from './rows.js';

new Command('seed')
  .description("Prints the SQL that fills the product's tables, for psql: the same numbers make the same rows")
  .option('--gib <number>', 'of tables and indexes, about', '0.05')
  .option('--seed <number>', '', '1')
  .option('--files <number>', 'attachments', '300')
  .action(({ gib, seed, files }) => void process.stdout.write(rowsSql(sizeOf({ gib: Number(gib), seed: Number(seed), files: Number(files) }))))
  .parse();
