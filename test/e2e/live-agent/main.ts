import { playScene } from '../story/scene-program.js';
import { remove } from './product.js';
import { deployLiveAgent, images, newChart } from './scene.js';
import { dataDifferences, readState } from './state.js';

await playScene({
  name: 'live-agent',
  images,
  sizes: { gib: [0.05, 'of tables and indexes, about'], seed: [1, ''], files: [300, 'attachments'] },
  deploy: (place, registry, { gib = 0, seed = 1, files = 0 }, tell) => deployLiveAgent(place, registry, { gib, seed, files }, tell),
  target: newChart,
  readState,
  dataDifferences,
  remove,
});
