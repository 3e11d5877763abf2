import { code, prose, table } from './markdown';
import { Details } from './secret-details';
import { summaryOf, verdictOf } from './summary';
import type { FindingEntry, Place, ReviewDocument, SecretEntry } from '../document/review-document';
import { secretInWords } from '../document/words';

/** The review as Markdown, such as for the summary of a job. Names are code, so that nothing in them is markup. */
export function reviewInMarkdown(document: ReviewDocument): string {
  return [
    `# Review of ${document.assemblies.map(code).join(', ')}: ${prose(verdictOf(document))}`,
    '',
    ...table(['What', ''], summaryOf(document).map(({ label, text }) => [label, prose(text)])),
    '',
    ...section('Could not be reviewed', document.problems.map(problem => `- ${prose(problem)}`)),
    ...section('Look at this first', findings(document)),
    ...section('Not decided', missing(document)),
    ...section('Secrets', secrets(document)),
    ...section('Hints', hints(document)),
    ...section('Acknowledged', acknowledged(document)),
  ].join('\n');
}

function section(title: string, lines: string[]): string[] {
  return lines.length === 0 ? [] : [`## ${title}`, '', ...lines, ''];
}

function findings({ findings: all }: ReviewDocument): string[] {
  return all.length === 0 ? [] : table(['Severity', 'Rule', 'Where', 'What', 'What to do'], all.map(findingCells));
}

function hints({ hints: all }: ReviewDocument): string[] {
  return all.length === 0 ? [] : table(['Rule', 'Where', 'What', 'What to do'], all.map(hint => findingCells(hint).slice(1)));
}

function findingCells({ severity, rule, place, message, fix, page }: FindingEntry): string[] {
  return [severity, code(rule), where(place), prose(message), `${prose(fix)} ([why](${page}))`];
}

function where({ path, source }: Place): string {
  return source === undefined ? code(path) : `${code(path)}, ${code(`${source.file}:${source.line}`)}`;
}

function missing({ missing: all }: ReviewDocument): string[] {
  return all.length === 0 ? [] : table(['What is missing', 'Of', 'What to do'], all.map(({ what, concerns, remedy }) =>
    [code(what), concerns.map(code).join(', '), prose(remedy)]));
}

function secrets(document: ReviewDocument): string[] {
  const details = new Details(document);
  return document.secrets.flatMap((secret): string[] => [`### ${code(secretInWords(secret))}`, '', ...table(['What', ''], rows(details, secret)), '']);
}

function rows(details: Details, secret: SecretEntry): string[][] {
  return [['where', where(secret.place)], ...details.of(secret).map(({ label, values }) => [label, values.map(code).join('<br>')])];
}

function acknowledged({ acknowledged: all }: ReviewDocument): string[] {
  return all.length === 0 ? [] : table(['Rule', 'Where', 'Reason'], all.map(({ finding, reason }) => [code(finding.rule), where(finding.place), prose(reason)]));
}
