import { once } from 'node:events';
import { createServer } from 'node:http';

export interface HealthServer {
  readonly port: number;
  stop(): void;
}

/** Answers `/readyz` of this process with 200, or with 503 and what `whyNot` says. Throws where the port is taken. */
export async function startHealthServer(port: number, whyNot: () => Promise<string | undefined>): Promise<HealthServer> {
  const server = createServer(async ({ url }, response) => {
    const detail = url === '/readyz' ? await whyNot() : undefined;
    const code = url !== '/readyz' ? 404 : detail === undefined ? 200 : 503;
    response.writeHead(code, { 'content-type': 'application/json' }).end(JSON.stringify({ status: code === 200 ? 'ok' : 'unready', detail }));
  });
  server.listen(port);
  await once(server, 'listening');
  const address = server.address();
  const stop = () => {
    server.close();
    server.closeAllConnections();
  };
  return { port: typeof address === 'object' && address ? address.port : port, stop };
}
