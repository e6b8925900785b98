import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { chromium, type Page } from 'playwright-core';

/** Debian's. */
const program = '/usr/bin/chromium';
/** A drill may be measured beside it. */
const patienceMilliseconds = 90_000;

export interface Browser {
  readonly page: Page;
  /** Keeps what is on the screen as NAME.png. */
  picture(name: string): Promise<void>;
  close(): Promise<void>;
}

/** A browser without a window; pictures go to `folder`. */
export async function openBrowser(folder: string): Promise<Browser> {
  mkdirSync(folder, { recursive: true });
  const browser = await chromium.launch({ executablePath: program, args: ['--no-sandbox'] });
  const page = await browser.newPage({ viewport: { width: 1440, height: 1500 } });
  page.setDefaultTimeout(patienceMilliseconds);
  return {
    page,
    picture: async (name) => void (await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true })),
    close: () => browser.close(),
  };
}
