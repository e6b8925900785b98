import { answerCalls, serve } from '../../cognigy/service/serve.js';
import { openDatabase } from '../../shared/database.js';
import { untilDone } from '../../shared/until-done.js';
import { answerApp } from './app.js';
import { ensureRealm } from './realm.js';
import { ensureSchema } from './schema.js';
import { readSettings } from './settings.js';

const { version, port, servedBy, database, admin } = readSettings(process.env);
// a server that is gone without a word is given up
const pool = openDatabase(database, { query_timeout: 5000, keepAlive: true });
serve({ port, listener: answerCalls(servedBy, answerApp({ version, pool })), close: () => pool.end() });
const applied = await untilDone(() => ensureSchema(pool));
if (applied.length > 0) console.log(`applied ${applied.join(', ')}`);
if (await untilDone(() => ensureRealm(pool, admin))) console.log(`made the user ${admin.user}`);
