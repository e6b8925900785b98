import { openApiDocument } from '../src/api/document.js';

process.stdout.write(`${JSON.stringify(await openApiDocument(), undefined, 2)}\n`);
