import { readFileSync, writeFileSync } from 'node:fs';
import type { Registry } from '../../e2e/story/registry.js';
import type { ReleaseState } from '../../e2e/story/release.js';
import type { Scene } from '../../e2e/story/scene-program.js';
import type { Place } from '../../e2e/story/tools.js';
import type { Side, Subject } from '../subject.js';

type WithRelease = { readonly release?: ReleaseState };

export interface UpgradedRelease<State extends WithRelease> {
  readonly scene: Scene<State>;
  readonly workflowId: string;
  readRelease(place: Place): Promise<ReleaseState | undefined>;
  /** Writes the example's spec into the folder and answers its file. */
  writeSpec(registry: Registry, folder: string): string;
  untilServed(place: Place, side: Side): Promise<unknown>;
  /** Objects whose data are drawn in every run, by a chart or the clock. */
  readonly generated: readonly string[];
}

const gib = 0.02;
/** A release is uninstalled and put back: of its objects only the volumes stay what they were. */
const staying = /^v1 (?:PersistentVolume|Namespace) /;

/** A release that becomes one of another chart, under its name. */
export const upgradedRelease = <State extends WithRelease>(release: UpgradedRelease<State>, folder: string): Subject<State> => ({
  workflowId: release.workflowId,
  async deploy(place, registry, tell) {
    const { scene } = release;
    const sizes = Object.fromEntries(Object.entries(scene.sizes).map(([size, [fallback]]) => [size, fallback]));
    if (!(await release.readRelease(place))) await scene.deploy(place, registry, { ...sizes, gib }, tell);
  },
  async writeSpec(_place, registry, file, changes) {
    const spec = JSON.parse(readFileSync(release.writeSpec(registry, folder), 'utf8'));
    writeFileSync(file, JSON.stringify({ ...spec, ...changes }));
  },
  untilServed: (place, side) => release.untilServed(place, side),
  readData: (place, _side, like) => release.scene.readState(place, like),
  dataDifferences: (beginning, now, side) => [...release.scene.dataDifferences(beginning, now), ...(side === 'old' ? releaseDifferences(beginning, now) : [])],
  isRemade: (key) => !staying.test(key),
  isGenerated: (key) => release.generated.includes(key),
});

function releaseDifferences(beginning: WithRelease, now: WithRelease): readonly string[] {
  const [before, after] = [beginning, now].map(({ release }) => JSON.stringify(release));
  return before === after ? [] : [`the release is ${after} and was ${before}`];
}
