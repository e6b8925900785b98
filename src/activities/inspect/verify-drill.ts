import { gunzipSync } from 'node:zlib';
import { failure } from '../../errors.js';
import { readLedger } from '../../judge/chain.js';
import { judge } from '../../judge/judge.js';
import { type Course, type DrillResult, drillArtifacts } from '../../model/drill.js';
import { resultsIn } from '../../model/drill-results.js';
import type { VerifiedCourse } from '../../model/verified-course.js';
import type { Adapters } from '../adapters.js';
import { courseName } from '../drill/drill-manifests.js';

/** Judges a drill's ledgers anew: with nothing but them, and the code of this worker. Reads only. */
export function verifyDrill({ journal }: Pick<Adapters, 'journal'>) {
  async function verify(run: string, told: DrillResult): Promise<VerifiedCourse> {
    const name = courseName(run, told.profile);
    const kept = await journal.getArtifact(run, drillArtifacts(name).ledger);
    if (!kept) throw failure('NotFound', `run ${run} keeps no ledger of ${name}`);
    const ledger = readLedger(gunzipSync(kept).toString());
    const [begin] = ledger.records;
    if (begin?.type !== 'begin') throw failure('Invalid', `the ledger of ${name} does not begin with its course`);
    return compare(name, told, judge(ledger, begin.course satisfies Course));
  }

  return {
    /** NotFound for a run without a journal or without a course. */
    async verifyDrill({ run }: { readonly run: string }): Promise<readonly VerifiedCourse[]> {
      const results = resultsIn(await journal.read(run));
      if (results.length === 0) throw failure('NotFound', `run ${run} has no course of a drill with a result`);
      return Promise.all(results.map((told) => verify(run, told)));
    },
  };
}

/** The guard's report is never better than inconclusive, whatever its copy of the ledger says. */
function compare(name: string, told: DrillResult, computed: DrillResult): VerifiedCourse {
  const fields = Object.keys({ ...told, ...computed }) as (keyof DrillResult)[];
  const differences = fields
    .filter((field) => JSON.stringify(told[field]) !== JSON.stringify(computed[field]))
    .map((field) => `${field}: told ${JSON.stringify(told[field])}, computed ${JSON.stringify(computed[field])}`);
  return { name, told: told.verdict, computed: computed.verdict, equal: differences.length === 0, differences };
}
