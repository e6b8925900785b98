import { createServer, type Server, type Socket } from 'node:net';

export interface Address {
  readonly host: string;
  readonly port: number;
}

/** Where clients come in. */
export class Doors {
  readonly #at: Address;
  readonly #serve: (client: Socket) => void;
  readonly #clients = new Set<Socket>();
  #server: Server | undefined;
  /** Whoever is accepted gets a reset at once. */
  slammed = false;

  constructor(at: Address, serve: (client: Socket) => void) {
    this.#at = at;
    this.#serve = serve;
  }

  async listen(): Promise<void> {
    const server = createServer((client) => this.#accept(client));
    await new Promise<void>((resolve, reject) => server.once('error', reject).listen(this.#at.port, this.#at.host, 512, resolve));
    this.#server = server;
  }

  /** New connections are refused; standing ones are left. */
  close(): void {
    this.#server?.close();
  }

  resetAll(): void {
    for (const client of this.#clients) client.resetAndDestroy();
  }

  #accept(client: Socket): void {
    client.on('error', () => {});
    if (this.slammed) return void client.resetAndDestroy();
    this.#clients.add(client);
    client.on('close', () => this.#clients.delete(client));
    this.#serve(client);
  }
}
