import { reviewInMarkdown } from '../../../src/review/reports/review-markdown';
import { access, documentWith, finding, role, secret } from '../documents';

test('has a verdict, a summary, the findings and each secret', () => {
  const key = secret('Shop/Key');
  const reader = role('Shop/Reader');
  const lines = reviewInMarkdown(documentWith({
    secrets: [key],
    principals: [reader],
    access: [access(key, reader, { read: {} })],
    findings: [finding('rule::bad', 'Shop/Key'), finding('rule::late', 'Shop/Key', { severity: 'note' })],
    hints: [finding('rule::simpler', 'Shop/Key', { severity: 'note' })],
  })).split('\n');

  expect(lines[0]).toBe('# Review of `cdk.out`: 1 error and 1 note');
  expect(lines).toContain('| Rotation | 0 of 1 secret rotated |');
  expect(lines.filter(line => line.includes('`rule::'))).toEqual([
    '| error | `rule::bad` | `Shop/Key` | rule::bad is broken | mend it ([why](https://docs.aws.amazon.com/)) |',
    '| note | `rule::late` | `Shop/Key` | rule::late is broken | mend it ([why](https://docs.aws.amazon.com/)) |',
    '| `rule::simpler` | `Shop/Key` | rule::simpler is broken | mend it ([why](https://docs.aws.amazon.com/)) |',
  ]);
  expect(lines).toContain('| may read | `Shop/Reader` |');
});

test.each([
  ['a pipe', 'a|b'],
  ['HTML', '<img src=x onerror=alert(1)>'],
  ['a line break', 'a\n| b | c |'],
  ['back ticks', '`` a ` b'],
  ['a mention', '@everybody'],
])('a name with %s stays one cell of text', (_, name) => {
  const hostile = secret('Shop/Key', { name });
  const lines = reviewInMarkdown(documentWith({
    secrets: [hostile], findings: [finding('rule::bad', name, { message: `${name} is wrong` })], problems: [`${name} cannot be read`],
  })).split('\n');
  const outsideOfCode = lines.map(line => line.replace(/(`+)[^`].*?\1(?!`)/g, 'code'));

  expect(outsideOfCode.join('\n')).not.toMatch(/<img|(^|[^\\])@everybody/);
  expect(lines.filter(line => line.startsWith('| error ')).map(line => line.split(/(?<!\\)\|/).length)).toEqual([7]);
});
