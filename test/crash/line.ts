import net, { type AddressInfo } from 'node:net';

/** A worker's way to Temporal, which can be cut. */
export interface Line {
  readonly address: string;
  /** Breaks what is open; new connections are let through. */
  cut(): void;
  close(): Promise<void>;
}

export async function openLine(to: string): Promise<Line> {
  const [host = '127.0.0.1', port = ''] = to.split(':');
  const open = new Set<net.Socket>();
  const keep = (socket: net.Socket, other: () => net.Socket) => {
    open.add(socket);
    socket
      .on('error', () => undefined)
      .on('close', () => {
        open.delete(socket);
        other().destroy();
      });
  };
  const server = net.createServer((near) => {
    const far = net.connect(Number(port), host);
    keep(near, () => far);
    keep(far, () => near);
    near.pipe(far).pipe(near);
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const cut = () => {
    for (const socket of open) socket.destroy();
  };
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    cut,
    close: async () => {
      cut();
      if (server.listening) await new Promise((closed) => server.close(closed));
    },
  };
}
