import { pino } from 'pino';
import { createApi } from './create-api.js';

/** The API's document, OpenAPI 3.1, as it serves it itself. */
export async function openApiDocument(): Promise<object> {
  const nobody = (): never => {
    throw new Error('only described');
  };
  const api = await createApi({ logger: pino({ level: 'silent' }), subjectOf: nobody, runsAs: nobody, schedulesAs: nobody, apiKey: nobody });
  try {
    return api.swagger();
  } finally {
    await api.close();
  }
}
