import { readFileSync } from 'fs';
import type { Browser, Page } from 'playwright-core';
import { describeInBrowser, opened } from './browser';
import { differenceOf } from '../../../src/review/difference/difference-of';
import { dataOf, factsOf } from '../../../src/review/page/data';
import { page as pageOf } from '../../../src/review/page/page';
import { launched } from '../../../tools/browser/chromium';
import { access, documentWith, finding, placeOf, role, secret, statement } from '../documents';

const FORGED = '</script><img src=x onerror="document.title=\'forged\'"><b>bold</b>';
const rotation = {
  place: placeOf('Shop/Db/Rotation'),
  schedule: 'rate(30 days)',
  onUpdate: false,
  rotator: { kind: 'function' as const, name: 'Shop/Rotator' },
  windows: ['2026-03-01T03:00:00Z', '2026-03-31T03:00:00Z'],
};
const [apiKey, db, alone] = [
  secret('Shop/ApiKey', { guardRails: [{ statement: 1, words: 'outside of organization o-1: everything' }] }),
  secret('Shop/Db', { rotation }),
  secret('Shop/Alone', { name: FORGED }),
];
const [worker, partner] = [role('Shop/Worker', { actors: ['function Shop/Fn'] }), role('Partner/Reader', { account: '444455556666' })];
const statements = [
  statement('Shop/Worker/DefaultPolicy', { place: { ...placeOf('Shop/Worker/DefaultPolicy'), source: { file: 'lib/shop.ts', line: 12 } } }),
  statement('Shop/ApiKey/Policy', { kind: 'resource', effect: 'Deny' }),
];
const document = documentWith({
  secrets: [apiKey, db, alone],
  principals: [worker, partner, role('Shop/Idle')],
  statements,
  access: [
    access(apiKey, worker, { read: { path: [0] }, write: { decision: 'allowed-if', because: ['the request comes through VPC endpoint vpce-1'], path: [0] } }),
    access(apiKey, partner, { read: { decision: 'not-decided', because: ['the boundary TeamBoundary'] } }),
    access(db, worker, { read: { decision: 'half', because: ['the key refuses'] }, manage: { actions: ['DeleteSecret'] } }),
  ],
  findings: [finding('cdk-managed-secrets::half', 'Shop/Db', { page: 'javascript:alert(1)' })],
  problems: [`stack X could not be read ${FORGED}`],
});
const older = documentWith({ secrets: [apiKey, db], principals: [worker], access: [access(apiKey, worker, { read: { path: [] } })] });
const text = pageOf(document, differenceOf(older, document));

test('the page says without scripts who can do what, and through what', () => {
  const [withoutScripts] = text.split('<script');
  expect(withoutScripts).toContain('role Shop/Worker<br><small>function Shop/Fn</small>');
  expect(withoutScripts).toContain('may write if the request comes through VPC endpoint vpce-1');
  expect(withoutScripts).toContain('policy Shop/Worker/DefaultPolicy, statement 1, allows');
  expect(withoutScripts).toContain('Guard rail: outside of organization o-1: everything');
  expect(withoutScripts).toContain('03:00 prod/shop/db');
});

test('the facts of a secret tell who watches its rotation, if it has one, and nothing of both for a replica', () => {
  const watched = { watchedBy: ['Shop/Rule'] };
  const facts = (entry: Parameters<typeof secret>[1]) => factsOf(documentWith(), secret('Shop/Db', { ...watched, ...entry })).slice(3);
  expect(facts({ rotation })).toEqual(['Rotated: rate(30 days), by Shop/Rotator', 'Watched by: Shop/Rule']);
  expect(facts({ rotation, watchedBy: [] })).toEqual(['Rotated: rate(30 days), by Shop/Rotator', 'Watched by: nobody']);
  expect(facts({})).toEqual(['Not rotated']);
  expect(facts({ replicaOf: 'Shop/Primary' })).toEqual([]);
});

test('the keys that are counted are those that are paid for, and what is not in the price is said to be left out', () => {
  const keys = ['One', 'Other'].map(id => ({
    id, arn: id, account: '111122223333', region: 'eu-west-1', aliases: [], awsManaged: false, rotationEnabled: true, usableDirectlyBy: [], centsPerMonth: 100,
  }));
  const price = { secrets: 1, replicas: 0, customerManagedKeys: 1, centsPerMonth: 140, besides: ['the key Other'] };
  const html = pageOf({ ...documentWith({ secrets: [apiKey], keys }), price });
  expect(html).toContain('<dt>Customer managed keys</dt><dd>1</dd>');
  expect(html).toContain('1 secret, 0 replicas, 1 customer managed key.');
  expect(html).toContain('<p>Without:</p><ul><li>the key Other</li></ul>');
});

test('what stands between back ticks is code, and nothing else', () => {
  const html = pageOf(documentWith({
    secrets: [apiKey], problems: ['`<b>` is odd, and `this is open'], findings: [finding('r', 'Shop', { message: 'set `a`', fix: 'call `b()`' })],
  }));
  expect(html).toContain('<li><code>&lt;b&gt;</code> is odd, and `this is open</li>');
  expect(html).toContain('set <code>a</code>');
  expect(html).toContain('<td>call <code>b()</code></td>');
});

test('of secrets of one name in two accounts, only that which changed is marked', () => {
  const secrets = ['111122223333', '444455556666'].map(account => secret(`Shop/${account}`, { name: 'prod/shop/api-key', account }));
  const entries = secrets.map(each => access(each, worker, { read: {} }));
  const [before, after] = [entries.slice(1), entries].map(each => documentWith({ secrets, principals: [worker], access: each }));
  expect(dataOf(after, differenceOf(before, after)).secrets.map(each => each.access)).toEqual([[0, 0, 1], [0, 0, 0]]);
});

test('nothing of a template becomes markup, a script or a link that runs', () => {
  expect(text.match(/<script/g)).toHaveLength(2);
  expect(text).not.toContain('<img');
  expect(text).not.toMatch(/href="javascript/);
});

describeInBrowser('the page in Chromium', () => {
  jest.setTimeout(120_000);
  let browser: Browser;
  beforeAll(async () => { browser = await launched(); }, 180_000);
  afterAll(async () => browser?.close(), 60_000);

  const open = (options = {}) => opened(browser, text, options);

  test('asks nothing of the network, has no script error, and shows a forged name as it is', async () => {
    const { page, requests, errors, close } = await open();
    expect(await page.locator('#matrix').isVisible()).toBe(true);
    await page.locator('#search').fill('</script>');
    expect(await page.locator('.grid [role=rowheader]').allTextContents()).toEqual([FORGED]);
    expect(await page.title()).not.toBe('forged');
    expect(await page.locator('b').count()).toBe(0);
    expect([requests, errors]).toEqual([[], []]);
    await close();
  });

  test('the table has a mark for each access, and its words', async () => {
    const { page, close } = await open();
    const cell = page.locator('[role=gridcell][data-row="0"][data-column="0"]');
    expect(await cell.textContent()).toBe('Rw');
    expect(await cell.getAttribute('aria-label')).toBe('Rw: may read; may write if the request comes through VPC endpoint vpce-1; changed');
    expect(await page.locator('[role=gridcell][data-row="1"][data-column="0"]').textContent()).toBe('½M');
    expect(await page.locator('[role=gridcell][data-row="0"][data-column="1"]').textContent()).toBe('?');
    expect(await page.locator('#shown').textContent()).toContain('3 of 3 secrets, 2 of 3 principals');
    await close();
  });

  test('no word of a heading or a severity is broken, and code in a finding is shown as code', async () => {
    const long = { message: `the \`policy\` of ${'Shop/Very/Long/Path'.repeat(20)}`, fix: 'x'.repeat(300) };
    const narrow = pageOf(documentWith({
      secrets: [apiKey],
      principals: [worker],
      access: [access(apiKey, worker, { read: {} })],
      findings: [finding('r::s', 'Shop/ApiKey', { severity: 'warning', ...long })],
    }));
    const { page, close } = await opened(browser, narrow, { viewport: { width: 640, height: 800 } });
    expect(await page.locator('#findings .severity').evaluate(element => element.getClientRects().length)).toBe(1);
    expect(await page.locator('#findings thead th').first().evaluate(element => {
      const range = element.ownerDocument.createRange();
      range.selectNodeContents(element);
      return range.getClientRects().length;
    })).toBe(1);
    await page.locator('[role=gridcell][data-row="0"][data-column="0"]').click();
    expect(await page.locator('dialog code').allTextContents()).toEqual(['policy']);
    await close();
  });

  test('a click opens the way: statement, policy, place, file and line', async () => {
    const { page, close } = await open();
    await page.locator('[role=gridcell][data-row="0"][data-column="0"]').click();
    const dialog = await page.locator('dialog').textContent();
    expect(dialog).toContain('role Shop/Worker and prod/shop/apikey');
    expect(dialog).toContain('policy Shop/Worker/DefaultPolicy, statement 1, allows');
    expect(dialog).toContain('lib/shop.ts:12');
    expect(dialog).toContain('outside of organization o-1');
    await page.keyboard.press('Escape');
    expect(await page.locator('dialog').isVisible()).toBe(false);
    await close();
  });

  test('the keyboard reaches every cell and opens it, and gets the focus back', async () => {
    const { page, close } = await open();
    const at = () => page.evaluate('[document.activeElement.dataset.row, document.activeElement.dataset.column].join()');
    await page.locator('#search').focus();
    for (let presses = 0; presses < 20 && await at() !== '0,0'; presses++) await page.keyboard.press('Tab');
    expect(await at()).toBe('0,0');
    for (const [key, reached] of [
      ['ArrowDown', '1,0'], ['ArrowDown', '2,0'], ['ArrowDown', '2,0'], ['End', '2,1'], ['ArrowUp', '1,1'], ['Home', '1,0'], ['Control+End', '2,1'],
    ]) {
      await page.keyboard.press(key);
      expect([key, await at()]).toEqual([key, reached]);
    }
    await page.keyboard.press('Control+Home');
    await page.keyboard.press('Enter');
    expect(await page.locator('dialog').isVisible()).toBe(true);
    await page.keyboard.press('Enter'); // on Close, which has the focus
    expect(await page.locator('dialog').isVisible()).toBe(false);
    expect(await at()).toBe('0,0');
    await close();
  });

  test.each([
    ['Changed', '2 of 3 secrets, 2 of 3 principals'], ['Across accounts', '1 of 3 secrets, 1 of 3 principals'],
    ['With findings', '1 of 3 secrets, 1 of 3 principals'], ['With conditions or not decided', '2 of 3 secrets, 2 of 3 principals'],
  ])('the filter %s', async (label, shown) => {
    const { page, close } = await open();
    await page.getByRole('checkbox', { name: label }).check();
    expect(await page.locator('#shown').textContent()).toContain(shown);
    await close();
  });

  test('the search finds secrets, principals and what runs as them', async () => {
    const { page, close } = await open();
    for (const [words, shown] of [['db', '1 of 3 secrets'], ['partner', '1 of 3 secrets'], ['function shop/fn apikey', '1 of 3 secrets'], ['nothing', '0 of 3 secrets']]) {
      await page.locator('#search').fill(words);
      expect([words, await page.locator('#shown').textContent()]).toEqual([words, expect.stringContaining(shown)]);
    }
    await close();
  });

  test.each(['light', 'dark'] as const)('meets WCAG AA, with the way open too, in the %s scheme', async colorScheme => {
    const { page, close } = await open({ colorScheme });
    await page.evaluate('document.querySelectorAll("details").forEach(each => { each.open = true; })');
    expect(await violations(page)).toEqual([]);
    await page.locator('[role=gridcell][data-row="0"][data-column="0"]').click();
    expect(await violations(page)).toEqual([]);
    await close();
  });

  test('without scripts every secret can be read', async () => {
    const { page, close } = await open({ javaScriptEnabled: false });
    expect(await page.locator('#matrix').isVisible()).toBe(false);
    await page.locator('summary', { hasText: 'prod/shop/apikey' }).click();
    expect(await page.getByText('may write if the request comes through VPC endpoint vpce-1').first().isVisible()).toBe(true);
    await close();
  });

  test('on paper all is open, and the table is left out', async () => {
    const { page, close } = await open();
    await page.emulateMedia({ media: 'print' });
    await page.evaluate('window.dispatchEvent(new Event("beforeprint"))');
    expect(await page.locator('#matrix').isVisible()).toBe(false);
    expect(await page.locator('details.secret:not([open])').count()).toBe(0);
    await close();
  });

  test('a thousand secrets and a thousand principals scroll', async () => {
    const secrets = Array.from({ length: 1000 }, (_, index) => secret(`Shop/Secret${index}`));
    const principals = Array.from({ length: 1000 }, (_, index) => role(`Shop/Role${index}`));
    const entries = secrets.flatMap((each, index) => [0, 7, 500].map(offset => access(each, principals[(index + offset) % 1000], { read: {} })));
    const { page, errors, close } = await opened(browser, pageOf(documentWith({ secrets, principals, access: entries })));
    await page.locator('[role=gridcell][data-row="0"][data-column="0"]').focus();
    await page.keyboard.press('Control+End');
    expect(await page.evaluate('[document.activeElement.dataset.row, document.activeElement.dataset.column].join()')).toBe('999,999');
    expect(await page.locator('[role=gridcell]').count()).toBeLessThan(2000);
    await page.locator('#search').fill('secret999');
    expect(await page.locator('#shown').textContent()).toContain('1 of 1000 secrets, 3 of 1000 principals');
    expect(errors).toEqual([]);
    await close();
  });
});

/** By axe, run beside the page: its own policy would not let the script in. */
async function violations(page: Page): Promise<string[]> {
  await page.evaluate(readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8'));
  const found: any = await page.evaluate('axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"] })');
  return found.violations.flatMap(({ id, nodes }: any) => nodes.map((node: any) => `${id}: ${node.html.slice(0, 200)} ${node.failureSummary}`));
}
