import { playScene } from '../story/scene-program.js';
import { scene } from './scene.js';

await playScene(scene);
