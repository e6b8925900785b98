import swaggerUi from '@fastify/swagger-ui';
import type { Api } from './routes/route.js';

/** Nothing from elsewhere, no script but the page's own files; `data:` is for its icons. */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** The document as a page that works without the internet: its files come from here. */
export async function addDocs(api: Api): Promise<void> {
  await api.register(async (scope) => {
    scope.addHook('onSend', async (_request, reply) => void reply.header('content-security-policy', policy));
    await scope.register(swaggerUi, { routePrefix: '/docs', uiConfig: { validatorUrl: null, docExpansion: 'list' } });
  });
}
