import { jest } from '@jest/globals';

const running = [
  ...(['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'setImmediate', 'clearImmediate'] as const),
  ...(['hrtime', 'nextTick', 'performance', 'queueMicrotask'] as const),
];

/** For the tests of a file: the time of day stands still, so that whatever notes it notes the same; timers run. */
export function stillClock(): void {
  beforeAll(() => void jest.useFakeTimers({ now: new Date('2026-11-23T12:00:00.000Z'), doNotFake: [...running] }));
  afterAll(() => void jest.useRealTimers());
}
