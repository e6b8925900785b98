import { openPostgres } from '../../../src/adapters/postgres/open.js';
import { describeWithPostgres, startPostgres } from '../../copier/postgres/support/server.js';

describe.each([11, 18] as const)('a session with PostgreSQL %i', (major) => {
  describeWithPostgres(major)('opened', () => {
    test('is ended by its server soon after its client is gone, however it was asked to be; one that is read may wait for its reader', async () => {
      const server = await startPostgres(major);
      try {
        const settings = async (readOnly: boolean) => {
          const session = await openPostgres(server.at, { database: 'postgres', applicationName: 'rehelm', readOnly });
          const found = await session.query<{ name: string; setting: string }>("SELECT name, setting FROM pg_settings WHERE name LIKE 'tcp\\_%'");
          await session.close();
          return Object.fromEntries(found.map(({ name, setting }) => [name, setting]));
        };
        const keepalives = { tcp_keepalives_idle: '10', tcp_keepalives_interval: '5', tcp_keepalives_count: '3' };
        expect(await settings(false)).toEqual({ ...keepalives, ...(major >= 12 && { tcp_user_timeout: '30000' }) });
        expect(await settings(true)).toEqual({ ...keepalives, ...(major >= 12 && { tcp_user_timeout: '0' }) });
      } finally {
        await server.stop();
      }
    }, 30_000);
  });
});
