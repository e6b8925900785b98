import { randomBytes } from 'node:crypto';
import { hashOf } from '../../api/access/token.js';
import type { AddCommand } from '../context.js';
import { exitCodes } from '../exit-codes.js';

export const addToken: AddCommand = (program, { terminal, action }) => {
  program
    .command('token')
    .description('Make a token for the HTTP API: the token on standard output, once; what goes into the access file on standard error. Needs nothing.')
    .action(
      action(async () => {
        const token = `rh_${randomBytes(24).toString('base64url')}`;
        terminal.out(token);
        terminal.say(`in the access file, under tokens of its subject: ${hashOf(token)}`);
        return exitCodes.ok;
      }),
    );
};
