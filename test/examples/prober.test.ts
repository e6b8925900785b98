import { createServer } from 'node:http';
import { downtimeSeconds, findOutages, productAnswersBetween } from '../../examples/cognigy/prober/downtime.js';
import type { Sample } from '../../examples/cognigy/prober/sample.js';
import { startProber } from '../../examples/cognigy/prober/start-prober.js';

const good = (t: number, url = 'old'): Sample => ({ t, url, ok: true, status: 200, ms: 10, servedBy: 'service-api' });
const bad = (t: number, url = 'old', more: Partial<Sample> = {}): Sample => ({ t, url, ok: false, ms: 10, ...more });

describe('downtime as a client sees it', () => {
  it('runs from the last good answer before to the first good one after', () => {
    const samples = [good(0), good(100), bad(200), bad(300), bad(400), good(2500), good(2600)];
    expect(findOutages(samples)).toEqual([{ from: 110, to: 2510, seconds: 2.4, failed: 3 }]);
    expect(downtimeSeconds(samples)).toBe(2.4);
  });

  it('is none when all is well, and none of the time in which nobody knocked', () => {
    expect(downtimeSeconds([good(0), good(100), good(60_000)])).toBe(0);
    expect(downtimeSeconds([])).toBe(0);
  });

  it('ends with the first good answer of any address', () => {
    const samples = [good(0), bad(50, 'new'), bad(100), bad(150, 'new'), bad(200), good(950, 'new'), bad(1000), good(1050, 'new')];
    expect(findOutages(samples)).toEqual([{ from: 10, to: 960, seconds: 0.95, failed: 4 }]);
  });

  it('does not count an address that is not there yet, or no longer, while the other one answers', () => {
    expect(downtimeSeconds([good(0), bad(10, 'new'), good(100), bad(110, 'new'), good(200)])).toBe(0);
    expect(downtimeSeconds([good(0), good(100), good(150, 'new'), bad(200), good(250, 'new'), bad(300), good(350, 'new')])).toBe(0);
  });

  it('counts the time in which the only address failed, though a new one answers from its first knock', () => {
    expect(downtimeSeconds([good(0), bad(100), bad(200), bad(300), good(950, 'new'), bad(1000), good(1050, 'new')])).toBe(0.95);
  });

  it('says so when nobody answered before or after', () => {
    expect(findOutages([bad(0), bad(100), good(500)])).toEqual([{ to: 510, seconds: 0.51, failed: 2 }]);
    expect(findOutages([good(0), bad(100), bad(1000)])).toEqual([{ from: 10, seconds: 1, failed: 2 }]);
  });

  it('adds several outages', () => {
    expect(downtimeSeconds([good(0), bad(100), good(1000), bad(1100), good(3000)])).toBe(3);
  });

  it('does not depend on the order in which samples arrived', () => {
    const samples = [good(0), bad(200), bad(300, 'old', { ms: 5000 }), good(2500), good(2600)];
    expect(findOutages([...samples].reverse())).toEqual(findOutages(samples));
  });
});

describe('answers between two instants', () => {
  it('are the product’s own, of any status, sent and answered in between', () => {
    const refused = bad(300, 'old', { status: 503, servedBy: 'traefik' });
    const samples = [good(0), good(95), refused, bad(400, 'old', { status: 404 }), bad(500), good(695), good(800)];
    expect(productAnswersBetween(samples, 100, 700)).toEqual([refused]);
  });
});

describe('the prober', () => {
  it('keeps its rhythm while answers hang, and records who answered, what failed and what took too long', async () => {
    let mode: 'good' | 'bad' | 'silent' = 'good';
    const server = createServer((_, response) => {
      if (mode === 'silent') return;
      response.writeHead(mode === 'good' ? 200 : 503, { 'x-served-by': 'service-api default/pod' }).end('{}');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}/healthz`;
    const samples: Sample[] = [];
    const has = async (test: (sample: Sample) => boolean, count: number) => {
      while (samples.filter(test).length < count) await new Promise((resolve) => setTimeout(resolve, 5));
    };
    const prober = startProber({ urls: [url], everyMilliseconds: 10, timeoutMilliseconds: 200, onSample: (sample) => samples.push(sample) });
    await has(({ ok, servedBy }) => ok && servedBy === 'service-api default/pod', 2);
    mode = 'bad';
    await has(({ ok, status }) => !ok && status === 503, 2);
    mode = 'silent';
    await has(({ ok, status, ms }) => !ok && status === undefined && ms >= 190, 5);
    await prober.stop();
    const ended = samples.length;
    const silent = samples.filter(({ status }) => status === undefined);
    expect(silent[4]!.t - silent[0]!.t).toBeLessThan(200); // sent while the first still hung
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    expect(samples).toHaveLength(ended);
  });
});
