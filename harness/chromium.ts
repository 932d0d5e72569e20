import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

/** Where Debian, Ubuntu, macOS and Windows have the browser. */
const PLACES = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
];

/** Said where there is none. */
export const NO_CHROMIUM = `Expected Chromium at ${PLACES[0]}, found none: install it with "apt-get install chromium".`;

/** The browser's path; undefined where there is none. */
export const findChromium = (): string | undefined => PLACES.find(path => existsSync(path));

/** Start the Chromium of this machine. Rejects, with what to do, where there is none. */
export async function launchChromium(): Promise<Browser> {
  const executablePath = findChromium();
  if (executablePath === undefined) throw new Error(NO_CHROMIUM);
  return chromium.launch({ executablePath, args: ['--no-sandbox'] });
}
