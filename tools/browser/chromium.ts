import { existsSync } from 'fs';
import { chromium } from 'playwright-core';
import type { Browser } from 'playwright-core';

/** Names the Chromium to use, where it is not in a usual place. */
const VARIABLE = 'BROWSER_TEST_CHROMIUM';
const PLACES = [process.env[VARIABLE], '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** The Chromium of this machine, if it has one. */
export const CHROMIUM = PLACES.find(place => place !== undefined && existsSync(place));

export const HOW_TO_GET_CHROMIUM = `install Chromium, or name one in ${VARIABLE}`;

export async function launched(): Promise<Browser> {
  if (CHROMIUM === undefined) throw new Error(`there is no Chromium at hand; ${HOW_TO_GET_CHROMIUM}`);
  return chromium.launch({ executablePath: CHROMIUM, args: process.getuid?.() === 0 ? ['--no-sandbox'] : [], timeout: 60_000 });
}
