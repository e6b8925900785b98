import { fingerprintFiles } from '../../cognigy/seed/fingerprint-files.js';
import { answerCalls, serve } from '../../cognigy/service/serve.js';
import { openDatabase } from '../../shared/database.js';
import { untilDone } from '../../shared/until-done.js';
import { answerApp } from './app.js';
import { seedFiles } from './attachments.js';
import { inUtc, readOnly } from './database.js';
import { openKeys } from './keys.js';
import { migrate } from './migrate.js';
import { answerOdata } from './odata.js';
import { untilSchemaFits } from './ready.js';
import { SchemaTooOld } from './schema.js';
import { readSettings, type Settings } from './settings.js';
import { work } from './worker.js';

/** The one program behind every pod of the example product; ROLE says which part it plays. */
const roles: Readonly<Record<string, (settings: Settings) => Promise<void>>> = {
  async app({ version, port, servedBy, database, redis, files }) {
    const [pool, keys] = [openDatabase(database, inUtc), await openKeys(redis)];
    let started = false;
    const listener = answerCalls(servedBy, answerApp({ version, pool, keys, files, started: () => started }));
    serve({ port, listener, close: () => Promise.all([pool.end(), keys.close()]) });
    await untilSchemaFits(pool, version);
    await untilDone(() => keys.beginInstallation(version));
    started = true;
  },
  async worker({ version, database, redis }) {
    process.once('SIGTERM', () => process.exit(0)); // a job that was begun is done by the next worker
    const [pool, keys] = [openDatabase(database, inUtc), await openKeys(redis)];
    await untilSchemaFits(pool, version);
    await work(pool, keys);
  },
  async odata({ version, port, servedBy, database }) {
    const pool = openDatabase(database, readOnly);
    serve({ port, listener: answerCalls(servedBy, answerOdata(pool, version)), close: () => pool.end() });
  },
  /** Waits for its database; a schema that it cannot go on from ends it at once. */
  async migration({ version, database }) {
    const pool = openDatabase(database, inUtc);
    await untilDone(() => pool.query('SELECT'));
    const versions = await migrate(pool, version);
    console.log(versions.length === 0 ? 'nothing to migrate' : `migrated to ${versions.join(', ')}`);
    await pool.end();
  },
  seedFiles: ({ files }) => seedFiles(files, Number(process.env['SEED'] ?? 1), Number(process.env['COUNT'] ?? 0)),
  async fingerprintFiles({ files }) {
    process.stdout.write(`${JSON.stringify(await fingerprintFiles(files))}\n`);
  },
};

const settings = readSettings(process.env);
const role = roles[settings.role];
if (role) {
  role(settings).catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exit(error instanceof SchemaTooOld ? 3 : 1);
  });
} else {
  console.error(`ROLE=${settings.role}: one of ${Object.keys(roles).join(', ')}`);
  process.exit(2);
}
