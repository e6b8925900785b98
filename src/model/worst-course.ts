import type { DrillRequest } from './drill.js';

/** What a course takes beside the times that its spec names, in seconds: connections, late answers, the final read, the comparison. */
const aroundSeconds = 300;

type Times = Pick<DrillRequest, 'fault' | 'load' | 'expect' | 'failback'>;

/** From the fault until everything is as it was, if all goes as badly as it may, in seconds. */
export const worstAfterFault = ({ fault, expect, failback }: Omit<Times, 'load'>): number =>
  Math.max(fault.lastsSeconds, fault.revertAfterSeconds) +
  expect.redundancyWithinSeconds +
  (failback ? failback.withinSeconds + expect.redundancyWithinSeconds : 0) +
  aroundSeconds;

/** The whole course, in seconds. */
export const worstCourse = (times: Times): number => times.load.steadySeconds + worstAfterFault(times);
