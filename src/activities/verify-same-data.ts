import { failure } from '../errors.js';
import type { Act } from '../model/act.js';
import type { PostgresServerRef } from '../model/database-refs.js';
import type { Adapters } from './adapters.js';
import { endCopiers } from './copier/copier-job.js';
import { engineOf } from './copier/engine-of.js';

export interface VerifySameDataInput {
  /** Over the volume that it was given. */
  readonly server: PostgresServerRef;
  readonly database: string;
  /** Of the data that were on the volume, as the former server told it. */
  readonly systemIdentifier: string;
}

/** A server that looks elsewhere on its volume makes a directory of its own there, without a word, and is ready and empty. */
export function verifySameData({ kube, settings }: Pick<Adapters, 'kube' | 'settings'>) {
  return {
    /** Nothing is changed, so there is nothing to go back to. */
    async captureVerifySameData(_: VerifySameDataInput): Promise<null> {
      return null;
    },

    /** VerifyMismatch where the server has made data of its own, or where the database is not among them. */
    async verifySameData({ server, database, systemIdentifier }: VerifySameDataInput, act: Act): Promise<{ readonly server: string }> {
      const found = await engineOf({ kube, settings }, server).inspect([database], act);
      if (found.systemIdentifier !== systemIdentifier)
        throw failure(
          'VerifyMismatch',
          `${found.server} at ${server.host} serves other data than the volume came with: has the chart another place for them on it? The old ones are there, untouched`,
        );
      if (!found.databases.some(({ exists }) => exists)) throw failure('VerifyMismatch', `database ${database} is not at ${server.host} any more`);
      return { server: found.server };
    },

    /** Nothing was changed; a Job that still looks is ended. */
    async undoVerifySameData(_: null, act: Act): Promise<void> {
      await endCopiers({ kube }, act);
    },
  };
}
