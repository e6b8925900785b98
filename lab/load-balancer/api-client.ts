import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:https';
import type { z } from 'zod';

/** The little of the Kubernetes API that the lab's own loops need; a client library would be most of their memory. */
export interface ApiClient {
  get<T>(path: string, shape: z.ZodType<T>): Promise<T>;
  mergePatch(path: string, body: object): Promise<void>;
}

interface Kubeconfig {
  readonly clusters: readonly { readonly cluster: { readonly server: string; readonly 'certificate-authority-data': string } }[];
  readonly users: readonly { readonly user: { readonly token: string } }[];
}

/** A client out of a kubeconfig that the lab wrote (JSON, one cluster, one user with a token). */
export function connectApi(kubeconfigFile: string): ApiClient {
  const config: Kubeconfig = JSON.parse(readFileSync(kubeconfigFile, 'utf8'));
  const { server, 'certificate-authority-data': ca } = config.clusters[0]!.cluster;
  const agent = new Agent({ keepAlive: true, maxSockets: 4, ca: Buffer.from(ca, 'base64') });
  const token = config.users[0]!.user.token;
  const send = (method: string, path: string, contentType?: string, body?: string) =>
    new Promise<string>((resolve, reject) => {
      const headers = { authorization: `Bearer ${token}`, accept: 'application/json', ...(contentType === undefined ? {} : { 'content-type': contentType }) };
      const call = request(`${server}${path}`, { method, agent, headers, timeout: 5000 }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => {
          const text = Buffer.concat(chunks).toString();
          if ((response.statusCode ?? 500) < 300) resolve(text);
          else reject(new Error(`${method} ${path} answered ${response.statusCode}: ${text.slice(0, 300)}`));
        });
      });
      call.on('timeout', () => call.destroy(new Error(`${method} ${path}: no answer within 5 s`)));
      call.on('error', reject);
      call.end(body);
    });
  return {
    get: async (path, shape) => shape.parse(JSON.parse(await send('GET', path))),
    mergePatch: async (path, body) => {
      await send('PATCH', path, 'application/merge-patch+json', JSON.stringify(body));
    },
  };
}
