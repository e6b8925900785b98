import type { Act } from '../model/act.js';
import type { ValuesRecipe } from '../model/values-source.js';
import type { Adapters } from './adapters.js';
import { asProblems } from './objects/as-problems.js';
import { artifactOf, prepareFrom } from './release/prepared-values.js';

export interface PrepareValuesInput {
  readonly recipe: ValuesRecipe;
}

/** Guide 002, "Changes to values.yaml": what the new chart is given, kept in the run's artifacts before the release goes that holds it. */
export function prepareValues({ kube, helm, journal }: Pick<Adapters, 'kube' | 'helm' | 'journal'>) {
  return {
    /** They can be read, and made what the new chart reads. */
    async checkPrepareValues({ recipe }: PrepareValuesInput): Promise<readonly string[]> {
      return asProblems(async () => {
        await prepareFrom({ kube, helm }, recipe);
        return [];
      });
    },

    async capturePrepareValues(_: PrepareValuesInput): Promise<null> {
      return null;
    },

    /** Safe to repeat: what was kept first stays. */
    async prepareValues({ recipe }: PrepareValuesInput, act: Act): Promise<void> {
      if (await journal.getArtifact(act.run, artifactOf(act.step))) return;
      await journal.putArtifact(act, artifactOf(act.step), Buffer.from(JSON.stringify((await prepareFrom({ kube, helm }, recipe)).values)));
    },

    /** Nothing: what is kept goes with the run's other artifacts at the finalize. */
    async undoPrepareValues(_captured: null, _act: Act): Promise<void> {},
  };
}
