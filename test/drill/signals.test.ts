import type { AddressInfo } from 'node:net';
import { sigkill, sigstop } from '../../src/drill/faults/signals.js';
import { hand } from '../../src/drill/hand/hand.js';
import type { NodeProcess } from '../../src/drill/hand/processes.js';
import { serve } from '../../src/drill/wire.js';

const container = 'a'.repeat(64);
const member = { name: 'pg-0', uid: 'u', address: '10.0.0.1', node: 'n1', ready: true, containers: { postgres: container } };
const fault = { kind: 'sigstop', of: 'primary', lastsSeconds: 10, revertAfterSeconds: 60, fencedByProbe: false } as const;

/** A shell, PostgreSQL under it, and what that made; a signal changes their states. */
const tree = (): NodeProcess[] => [
  { pid: 10, parent: 1, name: 'member.sh', state: 'S', started: 1 },
  { pid: 20, parent: 10, name: 'postgres', state: 'S', started: 2 },
  { pid: 21, parent: 20, name: 'postgres', state: 'S', started: 3 },
  { pid: 22, parent: 20, name: 'postgres', state: 'S', started: 3 },
  { pid: 30, parent: 10, name: 'repmgrd', state: 'S', started: 4 },
];

async function atNode(processes: NodeProcess[], body: (tools: Parameters<typeof sigkill>[0], sent: string[]) => Promise<void>): Promise<void> {
  const sent: string[] = [];
  const routes = hand(
    (pid, signal) => {
      sent.push(`${signal} ${pid}`);
      const at = processes.findIndex((each) => each.pid === pid);
      if (signal === 'SIGKILL') processes.splice(at, 1);
      else processes[at] = { ...processes[at]!, state: signal === 'SIGSTOP' ? 'T' : 'S' };
    },
    async () => [...processes],
  );
  const server = await serve(routes, 'token', 0);
  const { port } = server.address() as AddressInfo;
  try {
    await body({ handOn: async () => ({ address: '127.0.0.1', token: 'token', port }) }, sent);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

test('all of a container is frozen and woken, by default', () =>
  atNode(tree(), async (tools, sent) => {
    const kind = sigstop(tools);
    const captured = await kind.capture(member, fault);
    await kind.inject(captured);
    expect(sent).toEqual(['SIGSTOP 10', 'SIGSTOP 20', 'SIGSTOP 21', 'SIGSTOP 22', 'SIGSTOP 30']);
    expect(await kind.whyNotProved(captured)).toBeUndefined();
    await kind.revert(captured);
    expect(sent.slice(5)).toEqual(['SIGCONT 10', 'SIGCONT 20', 'SIGCONT 21', 'SIGCONT 22', 'SIGCONT 30']);
  }));

test('the postmaster alone is frozen: its backends, and whoever manages it, go on', () =>
  atNode(tree(), async (tools, sent) => {
    const kind = sigstop(tools);
    const captured = await kind.capture(member, { ...fault, process: 'postmaster' });
    await kind.inject(captured);
    expect(sent).toEqual(['SIGSTOP 20']);
    expect(await kind.whyNotProved(captured)).toBeUndefined();
    expect(await kind.held(captured)).toEqual({ state: 'held' });
    await kind.revert(captured);
    expect(sent).toEqual(['SIGSTOP 20', 'SIGCONT 20']);
  }));

test('the postmaster alone is killed, and that is proved of it alone', () =>
  atNode(tree(), async (tools, sent) => {
    const kind = sigkill(tools);
    const captured = await kind.capture(member, { ...fault, kind: 'sigkill', process: 'postmaster' });
    expect(await kind.whyNotProved(captured)).toBe('1 processes of pg-0 live on');
    await kind.inject(captured);
    expect(sent).toEqual(['SIGKILL 20']);
    expect(await kind.whyNotProved(captured)).toBeUndefined();
  }));

test('a container without a postmaster is not touched, and one with two is not guessed at', async () => {
  const two = [...tree(), { pid: 40, parent: 10, name: 'postgres', state: 'S', started: 9 }];
  for (const [processes, count] of [
    [tree().slice(0, 1), 0],
    [two, 2],
  ] as const)
    await atNode([...processes], async (tools, sent) => {
      await expect(sigstop(tools).capture(member, { ...fault, process: 'postmaster' })).rejects.toThrow(`pg-0 has ${count} postmasters`);
      expect(sent).toEqual([]);
    });
});
