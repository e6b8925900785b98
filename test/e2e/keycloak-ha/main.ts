import { playScene } from '../story/scene-program.js';
import { remove } from './product.js';
import { deploySso, images, newChart } from './scene.js';
import { dataDifferences, readState } from './state.js';

await playScene({
  name: 'keycloak-ha',
  images,
  sizes: { gib: [0.05, 'of tables and indexes, about'], seed: [1, ''] },
  deploy: (place, registry, { gib = 0, seed = 1 }, tell) => deploySso(place, registry, { gib, seed }, tell),
  target: newChart,
  readState,
  dataDifferences,
  remove,
});
