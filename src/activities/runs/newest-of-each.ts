import type { SeenWorkflow } from '../../adapters/temporal/temporal.js';

/** A Reset lists a run twice: the newest execution counts. Newest first, as Temporal lists them. */
export const newestOfEach = (listed: readonly SeenWorkflow[]) => listed.filter(({ run }, index) => listed.findIndex((each) => each.run === run) === index);
