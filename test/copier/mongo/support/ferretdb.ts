import { ferretdbBinary } from './ferretdb-server.js';

export { type Ferretdb, startFerretdb } from './ferretdb-server.js';

/** `describe` where FerretDB is there; elsewhere a skipped suite and a line nobody overlooks. */
export const describeWithFerretdb: jest.Describe | typeof describe.skip = ferretdbBinary === undefined ? describe.skip : describe;
if (ferretdbBinary === undefined) process.stderr.write('\nSKIPPED: no FerretDB; set REHELM_FERRETDB or run `make up` once, which builds it.\n\n');
