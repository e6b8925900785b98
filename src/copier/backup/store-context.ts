import type { OpenStore } from '../../adapters/artifacts/open-store.js';
import type { CopierContext } from '../context.js';

export interface StoreContext extends CopierContext {
  readonly openStore: OpenStore;
}
