import { access, documentWith, finding, role, secret, statement } from './documents';
import { differenceOf } from '../../src/review/difference/difference-of';
import { DESTINATIONS, differenceInMarkdown, MARKER } from '../../src/review/reports/difference-markdown';

const worker = role('Shop/Worker', { actors: ['function Shop/Fn'] });

function gaining(names: string[]) {
  const secrets = names.map((name, index) => secret(`Shop/Secret${index}`, { name }));
  const before = documentWith({ secrets, principals: [worker], cents: 40 });
  const after = documentWith({ secrets, principals: [worker], cents: 80, access: secrets.map(each => access(each, worker, { read: {} })) });
  return differenceOf(before, after);
}

test('a comment says first what changes, then who gains what through what, then the price', () => {
  expect(differenceInMarkdown(gaining(['prod/shop/api-key']), DESTINATIONS.github)).toBe([
    MARKER,
    '### Secrets: what this change means',
    '',
    '**1 principal gains access.**',
    '',
    '#### Who gains access',
    '',
    '| Who | Secret | Before | After | Through |',
    '| --- | --- | --- | --- | --- |',
    '| role `Shop/Worker` (`function Shop/Fn`) | `prod/shop/api-key` | may not read | may read |  |',
    '',
    'List price: 0.80 USD a month instead of 0.40 USD.',
    '',
    '<sub>Decided from the templates of `cdk.out`, compared with `cdk.out`, by cdk-managed-secrets.</sub>',
  ].join('\n'));
});

test('what moved is shown with both ways', () => {
  const apiKey = secret('Shop/ApiKey');
  const [before, after] = ['Older', 'Newer'].map(policy => documentWith({
    secrets: [apiKey], principals: [worker], statements: [statement(policy)], access: [access(apiKey, worker, { read: { path: [0] } })],
  }));
  expect(differenceInMarkdown(differenceOf(before, after), DESTINATIONS.markdown).split('\n')).toEqual(expect.arrayContaining([
    '#### The same access through something else',
    '| Who | Secret | What | Through, before | Through, after |',
    '| role `Shop/Worker` (`function Shop/Fn`) | `prod/shop/apikey` | may read | policy Older, statement 1, allows | policy Newer, statement 1, allows |',
  ]));
});

test.each([
  ['a pipe', 'a|b', '`a\\|b`'],
  ['HTML', '<img src=x onerror=alert(1)>', '`<img src=x onerror=alert(1)>`'],
  ['a line break', 'a\n| forged | row |', '`a \\| forged \\| row \\|`'],
  ['back ticks', 'a`b``c', '```a`b``c```'],
  ['back ticks at its ends', '`@team`', '`` `@team` ``'],
  ['characters that turn the text around', 'a\u202eb', '`a b`'],
])('a name with %s stays a name', (_, name, shown) => {
  const rows = differenceInMarkdown(gaining([name]), DESTINATIONS.github).split('\n').filter(line => line.startsWith('| role'));
  expect(rows).toHaveLength(1);
  expect(rows[0]).toContain(`| ${shown} |`);
});

test.each(['<script>alert(1)</script>', '@someone', '[x](https://example.com)', '![x](https://example.com/p.png)', '**bold**', 'https://example.com/', '| a |'])(
  'what a finding says of %s is text', words => {
    const after = documentWith({ findings: [finding('r', 'Shop', { message: words })] });
    const text = differenceInMarkdown(differenceOf(documentWith(), after), DESTINATIONS.github);
    expect(text).toContain('New findings');
    expect(text).not.toContain(words);
    expect(text.replace(MARKER, '').match(/<(?!\/?(sub|details|summary)>)/g)).toBeNull();
  });

test.each([['github', 65_536], ['gitlab', 1_000_000]] as const)('a comment on %s is no longer than %d characters, and says what is left out', (name, limit) => {
  const text = differenceInMarkdown(gaining(Array.from({ length: 20_000 }, (_, index) => `prod/shop/${'x'.repeat(60)}-${index}`)), DESTINATIONS[name]);
  expect(text.length).toBeLessThanOrEqual(limit);
  expect(text.length).toBeGreaterThan(limit * 0.9);
  const rows = text.match(/^\| role/gm)!.length;
  expect(text).toContain(`_${20_000 - rows} more in this table`);
  expect(text).toContain('List price');
});

test('what is less urgent is folded, where that is possible', () => {
  const lost = differenceOf(documentWith({ secrets: [secret('S')], principals: [worker], access: [access(secret('S'), worker, { read: {} })] }),
    documentWith({ secrets: [secret('S')], principals: [worker] }));
  expect(differenceInMarkdown(lost, DESTINATIONS.github)).toContain('<summary>Who loses access (1)</summary>');
  expect(differenceInMarkdown(lost, DESTINATIONS.markdown)).toContain('#### Who loses access');
});
