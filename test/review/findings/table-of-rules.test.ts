import { RULES } from '../../../src/review/findings/rules';
import { expectTableInDocs } from '../../support/table-in-docs';

test('the guide has the table of rules', () => {
  const rows = RULES.map(({ id, severity, isHint, finds, fix, page }) => [`\`${id}\``, isHint ? 'hint' : severity, `${upper(finds)}.`, `${upper(fix)}. [Why](${page})`]);
  expectTableInDocs('docs/guides/review.md', 'rules', [['Rule', 'Severity', 'What it finds', 'What to do'], ...rows]);
});

function upper(text: string): string {
  return text[0].toUpperCase() + text.slice(1);
}
