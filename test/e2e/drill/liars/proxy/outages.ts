import { execFileSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Address, Doors } from './doors.js';
import type { Gate } from './gate.js';
import type { OutageMode } from './orders.js';

interface Way {
  readonly at: Address;
  readonly doors: Doors;
  readonly gate: Gate;
}

interface Outage {
  readonly begin: () => void;
  readonly end: () => void | Promise<void>;
}

const nft = (input: string): void => void execFileSync('nft', ['-f', '-'], { input });

/** Every packet to and from the clients' port vanishes, those of standing connections as well. Needs NET_ADMIN. */
function blackHole({ host, port }: Address): Outage {
  const address = (side: 'daddr' | 'saddr') => (host === '0.0.0.0' ? '' : `ip ${side} ${host} `);
  return {
    begin: () =>
      nft(`table ip hole {
        chain in { type filter hook prerouting priority -300; ${address('daddr')}tcp dport ${port} drop; }
        chain out { type filter hook postrouting priority -300; ${address('saddr')}tcp sport ${port} drop; }
      }`),
    end: () => nft('delete table ip hole'),
  };
}

function outageOf(mode: OutageMode, { at, doors, gate }: Way): Outage {
  const kinds: { readonly [mode in OutageMode]: () => Outage } = {
    refused: () => ({
      begin() {
        doors.close();
        doors.resetAll();
      },
      end: () => doors.listen(),
    }),
    reset: () => ({
      begin() {
        doors.slammed = true;
        doors.resetAll();
      },
      end() {
        doors.slammed = false;
      },
    }),
    silent: () => ({ begin: () => gate.shut(), end: () => gate.open() }),
    blackHole: () => blackHole(at),
  };
  return kinds[mode]();
}

/** Closes the way for so long. Answers the seconds that it was closed: from where the act was done to where it was done with. */
export async function closeFor(seconds: number, mode: OutageMode, way: Way): Promise<number> {
  const outage = outageOf(mode, way);
  outage.begin();
  const begun = performance.now();
  await sleep(seconds * 1000);
  await outage.end();
  return (performance.now() - begun) / 1000;
}
