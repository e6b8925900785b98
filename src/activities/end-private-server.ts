import type { Act } from '../model/act.js';
import type { Adapters } from './adapters.js';
import { endServer } from './private-server/end-server.js';
import type { ServePrivatelyUndo } from './serve-privately.js';

export interface EndPrivateServerInput {
  /** The step that started it. */
  readonly servedBy: string;
}

/** Whoever read from the private server is done. */
export function endPrivateServer({ kube, journal, settings }: Pick<Adapters, 'kube' | 'journal' | 'settings'>) {
  return {
    /** What an undo would need is in the capture of the step that started it. */
    async captureEndPrivateServer(_: EndPrivateServerInput): Promise<null> {
      return null;
    },

    /** Leaves the volume as the old server left it. Safe to repeat. */
    async endPrivateServer({ servedBy }: EndPrivateServerInput, act: Act): Promise<void> {
      const entry = await journal.find(act.run, servedBy);
      if (entry) await endServer(kube, settings.copierImage, entry.captured as ServePrivatelyUndo, { ...act, step: servedBy });
    },

    /** What is taken back before it needs no private server. */
    async undoEndPrivateServer(_: null): Promise<void> {},
  };
}
