import { connectCluster } from '../adapters/kube/connect.js';
import type { RawKube } from '../adapters/kube/kube.js';
import { connectPostgres } from '../adapters/postgres/driver.js';
import { httpPower } from '../adapters/power/http-power.js';
import type { DrillRequest } from '../model/drill.js';
import type { AnyFault } from './faults/fault.js';
import { faultNamed } from './faults/index.js';
import { HelperPods } from './helper-pods.js';
import { Members } from './members.js';
import { StatelessTarget } from './targets/http.js';
import { PostgresqlTarget } from './targets/postgresql.js';
import type { Target } from './targets/target.js';

export interface DrillTools {
  readonly kube: RawKube;
  readonly members: Members;
  readonly target: Target;
  readonly helpers: HelperPods;
  readonly fault: AnyFault;
}

/** What driver and guard alike reach of the world, from inside the cluster. `highest`: how many writes there were so far. */
export function drillTools(request: DrillRequest, highest: () => number): DrillTools {
  const kube = connectCluster({ inCluster: true });
  const members = new Members(kube, request.target);
  const helpers = new HelperPods(kube, request);
  const power = request.power && httpPower(request.power);
  return {
    kube,
    members,
    helpers,
    target: targetOf(request, members, highest),
    fault: faultNamed(request.fault.kind, { kube, power, handOn: helpers.handOn }, request.target.namespace),
  };
}

function targetOf(request: DrillRequest, members: Members, highest: () => number): Target {
  const { target } = request;
  if (target.engine === 'http') return new StatelessTarget(target, members, request.members);
  return new PostgresqlTarget({ request, target, members, highest, connect: connectPostgres });
}
