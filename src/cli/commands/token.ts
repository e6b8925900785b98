import { randomBytes } from 'node:crypto';
import { firstAccess } from '../../api/access/first-access.js';
import { hashOf } from '../../api/access/token.js';
import type { AddCommand, Context } from '../context.js';
import { type ExitCode, exitCodes } from '../exit-codes.js';

interface TokenOptions {
  readonly first?: string;
  readonly subject: string;
}

export const addToken: AddCommand = (program, context) => {
  program
    .command('token')
    .description('Make a token for the HTTP API: the token on standard output, once; what goes into the access file on standard error. Needs nothing.')
    .option('--first <file>', 'write an access file with it, for an admin of every namespace; where the file is there already, do nothing')
    .option('--subject <name>', 'whose it is, with --first', 'admin')
    .action(context.action((options: TokenOptions) => token(context, options)));
};

async function token({ terminal }: Context, { first, subject }: TokenOptions): Promise<ExitCode> {
  const made = `rh_${randomBytes(24).toString('base64url')}`;
  const hash = hashOf(made);
  if (first === undefined) {
    terminal.out(made);
    terminal.say(`in the access file, under tokens of its subject: ${hash}`);
    return exitCodes.ok;
  }
  if (!(await firstAccess(first, subject, hash))) {
    terminal.say(`${first} is there already: no token was made`);
    return exitCodes.ok;
  }
  terminal.out(made);
  terminal.say(`the token of ${subject}, shown this once; ${first} holds its hash`);
  return exitCodes.ok;
}
