import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { progressPrinter, toFailureLine } from '../../src/copier/output.js';
import { readRequest } from '../../src/copier/read-request.js';
import { failure } from '../../src/errors.js';
import type { CopierLine, CopierProgress } from '../../src/model/copier.js';

describe('the lines of the copier', () => {
  it('tell progress at most once a second', () => {
    const printed: CopierLine[] = [];
    let nowMs = 0;
    const print = progressPrinter(
      (line) => printed.push(line),
      1000,
      () => nowMs,
    );
    const progress: CopierProgress = { phase: 'copy', unitsDone: 0, unitsTotal: 1, records: 0, bytes: 0, totalBytes: 1, bytesPerSecond: 0 };
    for (nowMs = 0; nowMs < 2500; nowMs += 100) print(progress);
    expect(printed).toHaveLength(3);
  });

  it('end with the type of the failure, and with exit code 2 where another attempt can succeed', () => {
    expect(toFailureLine(failure('Unreachable', 'gone', { details: { code: 1 } }))).toEqual({
      line: { failure: { type: 'Unreachable', message: 'gone', details: { code: 1 } } },
      exitCode: 2,
    });
    expect(toFailureLine(failure('Superseded', 'given up'))).toEqual({ line: { failure: { type: 'Superseded', message: 'given up' } }, exitCode: 1 });
  });

  it('do not quote an error that nobody foresaw: it may quote a document', () => {
    const { line, exitCode } = toFailureLine(new TypeError('canary is not a function'));
    expect(exitCode).toBe(1);
    expect(line).toMatchObject({ failure: { type: 'CopyFailed', message: 'The copier itself failed (TypeError).' } });
    expect(JSON.stringify(line)).not.toContain('canary');
  });
});

describe('the request file', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'rehelm-request-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));
  const written = (text: string) => {
    const path = join(folder, 'request.json');
    writeFileSync(path, text);
    expect(readFileSync(path, 'utf8')).toBe(text);
    return readRequest(path);
  };

  it('is refused without a word of its contents when it is not one', async () => {
    await expect(readRequest(join(folder, 'none'))).rejects.toMatchObject({ type: 'Invalid', message: expect.stringContaining("can't be read") });
    for (const text of [
      '{"password":"canary"',
      '"canary"',
      'null',
      '[]',
      '{"verb":"ping"}',
      '{"engine":"mongodb","verb":"ping","at":null}',
      '{"verb":"ping","at":{"uri":"canary"}}',
      '{"engine":"mongodb","at":{"uri":"canary"}}',
    ]) {
      const refused = await written(text).catch((error: unknown) => error);
      expect(refused).toMatchObject({ type: 'Invalid' });
      expect(String((refused as Error).message)).not.toContain('canary');
    }
    expect(await written('{"engine":"mongodb","verb":"ping","at":{"uri":"mongodb://x/"}}')).toEqual({
      engine: 'mongodb',
      verb: 'ping',
      at: { uri: 'mongodb://x/' },
    });
  });
});
