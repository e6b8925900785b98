import { Command } from 'commander';
import { rowsSql, sizeOf } from './rows.js';

new Command('seed')
  .description("Prints the SQL that fills the service's tables, for psql: the same numbers make the same rows")
  .option('--gib <number>', 'of tables and indexes, about', '0.05')
  .option('--seed <number>', '', '1')
  .action(({ gib, seed }) => void process.stdout.write(rowsSql(sizeOf({ gib: Number(gib), seed: Number(seed) }))))
  .parse();
