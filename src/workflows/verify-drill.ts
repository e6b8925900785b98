import { setCurrentDetails } from '@temporalio/workflow';
import type { VerifiedCourse } from '../model/verified-course.js';
import { described } from './engine/described.js';

const { verifyDrill: verify } = described(
  {
    startToCloseTimeout: '1 minute',
    scheduleToCloseTimeout: '2 minutes',
    heartbeatTimeout: '30 seconds',
    retry: { initialInterval: '200 milliseconds', maximumInterval: '5 seconds' },
  },
  { verifyDrill: "Judge the drill's ledgers anew" },
);

/** Computes the verdict of a drill anew from its ledgers: `{"run":"RUN ID"}`. Reads only. */
export async function verifyDrill(request: unknown): Promise<readonly VerifiedCourse[]> {
  setCurrentDetails('Judges ledgers anew: it reads, and changes nothing. Its result says whether the report is what they prove.');
  const run = typeof request === 'object' && request !== null && 'run' in request ? String(request.run) : '';
  return verify({ run });
}
