import type { FastifyRequest } from 'fastify';
import { everywhere } from '../model/scope.js';
import type { Subject } from './access/roles.js';
import { Refusal } from './refusal.js';

export const loopback = '127.0.0.1';
const localHosts: readonly string[] = [loopback, 'localhost'];

/**
 * Without tokens whoever reaches the API may do everything. So it answers no request that came through a proxy, nor one under another host's name, as a
 * web page in a browser here can send by rebinding its own.
 */
export const openTo =
  (by: string) =>
  async ({ headers, hostname }: Pick<FastifyRequest, 'headers' | 'hostname'>): Promise<Subject> => {
    const isForwarded = Object.keys(headers).some((name) => /^(x-)?forwarded/.test(name) || name === 'via');
    if (isForwarded || !localHosts.includes(hostname))
      throw new Refusal('NotAllowed', 'Without tokens this API answers on its own machine only, and through no proxy.');
    return { name: by, isMachine: false, grants: [{ role: 'admin', namespaces: [everywhere] }] };
  };
