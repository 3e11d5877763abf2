import { mkdtempSync, rmSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import * as path from 'path';
import { pathToFileURL } from 'url';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { CHROMIUM, HOW_TO_GET_CHROMIUM } from '../../../tools/browser/chromium';

/** With it, as in CI, a missing browser fails instead of leaving tests out. */
const BROWSER_REQUIRED = process.env.ROTATION_TEST_REQUIRE === 'all';

/** Runs the tests in a real Chromium, or says why they are left out. */
export function describeInBrowser(name: string, tests: () => void): void {
  if (CHROMIUM === undefined && !BROWSER_REQUIRED) {
    describe.skip(`${name} (no Chromium at hand: ${HOW_TO_GET_CHROMIUM})`, tests);
  } else {
    describe(name, tests);
  }
}

/** A page in a browser, with all that it asks of the network and all that goes wrong in its scripts. */
export interface Opened {
  readonly page: Page;
  readonly requests: string[];
  readonly errors: string[];
  readonly close: () => Promise<void>;
}

export async function opened(browser: Browser, text: string, options: BrowserContextOptions = {}): Promise<Opened> {
  const folder = mkdtempSync(path.join(tmpdir(), 'review-page-'));
  const file = path.join(folder, 'review.html');
  writeFileSync(file, text);
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  const page = await context.newPage();
  const [requests, errors]: [string[], string[]] = [[], []];
  page.on('request', request => { if (request.url() !== pathToFileURL(file).href) requests.push(request.url()); });
  page.on('pageerror', error => errors.push(error.message));
  page.on('console', message => { if (['error', 'warning'].includes(message.type())) errors.push(message.text()); });
  await page.goto(pathToFileURL(file).href);
  return {
    page,
    requests,
    errors,
    close: async () => {
      await context.close();
      rmSync(folder, { recursive: true });
    },
  };
}
