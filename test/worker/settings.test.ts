import { readSettings } from '../../src/worker/settings.js';

test('a worker needs no settings', () => {
  expect(readSettings({})).toEqual({
    taskQueue: 'rehelm',
    copierImage: 'rehelm/copier:dev',
    drillImage: 'rehelm/drill:dev',
    heartbeatTimeoutSeconds: 10,
    escrowRecipients: [],
    fourEyes: [],
    searchAttributes: false,
  });
});

test('recipients are separated by commas or blanks', () => {
  expect(readSettings({ REHELM_ESCROW_RECIPIENTS: 'age1a, age1b\nage1c' }).escrowRecipients).toEqual(['age1a', 'age1b', 'age1c']);
});

test.each(['0', '-1', 'soon'])('a heartbeat timeout of %s is refused by its name', (text) => {
  expect(() => readSettings({ REHELM_HEARTBEAT_TIMEOUT_SECONDS: text })).toThrow(`REHELM_HEARTBEAT_TIMEOUT_SECONDS: expected a positive number, got ${text}`);
});
