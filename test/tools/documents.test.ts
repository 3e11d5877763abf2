import { markdown, markedPart } from '../../tools/documents/table';

test('a table has its heading above the line', () => {
  expect(markdown([['What', 'How many'], ['Stacks', '2']])).toBe('| What | How many |\n|---|---|\n| Stacks | 2 |');
});

test('a document without the marks has no place for a table', () => {
  expect(() => markedPart('README.md', 'no such table')).toThrow('README.md has no place for no such table');
});

test('a part is what stands between its marks', () => {
  expect(markedPart('examples/account-baseline/README.md', 'fleet').text).toMatch(/^\| What \|.*\n\|---.*[^]*USD\*\* \|$/);
});
