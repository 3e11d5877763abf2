import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import * as path from 'path';
import { pathToFileURL } from 'url';
import { differenceOf } from '../../src/review/difference/difference-of';
import type { ReviewDocument } from '../../src/review/document/review-document';
import { reviewOf } from '../../src/review/document/review-of';
import { page } from '../../src/review/page/page';
import { launched } from '../browser/chromium';
import { synthesizeExamples } from '../examples/synthesize';

const ROOT = path.resolve(__dirname, '../..');
const IMAGES = path.join(ROOT, 'docs/images');
const EXAMPLE = 'golden-path';

/** The golden path as if its worker had not been granted anything before. */
function withoutOneReader(document: ReviewDocument): ReviewDocument {
  const [first] = document.access.filter(({ operations: { read } }) => read?.decision.startsWith('allowed'));
  return { ...document, assemblies: ['main'], access: document.access.filter(entry => entry.principal !== first.principal) };
}

/** Draws the page of the review of the golden path, for README and guide. */
async function main(): Promise<void> {
  if (!synthesizeExamples([EXAMPLE])) throw new Error(`examples/${EXAMPLE} was not synthesized: see above`);
  const document = { ...reviewOf([path.join(ROOT, 'cdk.out', EXAMPLE)]), assemblies: [EXAMPLE] };
  const folder = mkdtempSync(path.join(tmpdir(), 'screenshots-'));
  const file = path.join(folder, 'review.html');
  writeFileSync(file, page(document, differenceOf(withoutOneReader(document), document)));
  mkdirSync(IMAGES, { recursive: true });
  const browser = await launched();
  try {
    for (const colorScheme of ['light', 'dark'] as const) {
      const tab = await browser.newPage({ colorScheme, viewport: { width: 1280, height: 800 } });
      await tab.goto(pathToFileURL(file).href);
      await tab.locator('#matrix').scrollIntoViewIfNeeded();
      await tab.evaluate('document.getElementById("matrix").scrollIntoView()');
      await tab.screenshot({ path: path.join(IMAGES, `review-table-${colorScheme}.png`) });
      if (colorScheme === 'light') {
        await tab.locator('[role=gridcell].any').first().click();
        await tab.screenshot({ path: path.join(IMAGES, 'review-way.png') });
        await tab.keyboard.press('Escape');
        await tab.evaluate('window.scrollTo(0, 0)');
        await tab.screenshot({ path: path.join(IMAGES, 'review-changes.png') });
      }
      await tab.close();
    }
  } finally {
    await browser.close();
    rmSync(folder, { recursive: true });
  }
  console.log(`Drew the page of the review into ${path.relative(ROOT, IMAGES)}`);
}

void main().catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});
