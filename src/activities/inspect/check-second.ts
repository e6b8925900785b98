import type { ApiKey } from '../../adapters/cluster-key/api-key.js';
import { isSigned } from '../../adapters/cluster-key/sign.js';
import { failure } from '../../errors.js';
import { approvalOf, type StandingApproval } from '../../model/schedule/standing-approval.js';

/** DrillNotRun where four eyes are asked for and what was scheduled has not the signed approval of another person than who scheduled it. */
export async function checkSecond(apiKey: ApiKey, standing: StandingApproval): Promise<void> {
  const { schedule, by, second } = standing;
  const again = `here four eyes are asked for: rehelm schedule approve ${schedule}, through the API`;
  if (!second) throw failure('DrillNotRun', `${by} scheduled this, and nobody else has approved it; ${again}`);
  if (second.by === by || !isSigned(await apiKey(), approvalOf(standing, second.by), second.signature))
    throw failure('DrillNotRun', `the approval of ${schedule} by ${second.by} (said to be) does not carry the API’s signature; ${again}`);
}
