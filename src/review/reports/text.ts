import { field, paragraph, Style } from './layout';
import { oneLine } from './markdown';
import { Detail, Details } from './secret-details';
import { summaryOf, verdictOf } from './summary';
import { groupedBy } from '../document/grouped';
import { PRICING_PAGES } from '../document/prices';
import type { AcknowledgedEntry, FindingEntry, Place, ReviewDocument, SecretEntry, StackEntry } from '../document/review-document';
import { secretInWords } from '../document/words';

/** The review, as a person reads it in a terminal. */
export function text(document: ReviewDocument, style: Style): string {
  const verdict = verdictOf(document);
  const stages = [...new Set(document.stacks.map(({ stage }) => stage))];
  const details = new Details(document);
  const clean = document.findings.length + document.problems.length === 0;
  return [
    ...paragraph(0, `Review of ${document.assemblies.join(', ')}: ${verdict}`, clean ? style.good : style.bad),
    '',
    ...summaryOf(document).flatMap(({ label, text: value }) => field(2, label, [value], style)),
    ...toLookAt(document, style),
    ...stages.flatMap(stage => stageLines(document, details, stage, style)),
    ...hintLines(document.hints, style),
    ...acknowledgedLines(document.acknowledged),
    '',
    ...besides(document).flatMap(line => paragraph(0, line, style.label)),
    '',
  ].join('\n');
}

function toLookAt({ findings, problems, missing }: ReviewDocument, style: Style): string[] {
  return [
    ...problems.flatMap(problem => ['', ...paragraph(2, 'not reviewed', style.bad), ...paragraph(4, problem)]),
    ...grouped(findings).flatMap(group => findingLines(group, style)),
    ...missing.flatMap(({ kind, what, concerns, remedy }) => [
      '', ...paragraph(2, `not decided: ${kind.replace('-', ' ')} ${what}`, style.bad), ...paragraph(4, `of ${concerns.join(', ')}; ${remedy}`),
    ]),
  ];
}

/** Findings of one rule, which have one remedy, together. */
function grouped(findings: FindingEntry[]): FindingEntry[][] {
  return [...groupedBy(findings, ({ rule }) => rule).values()];
}

function hintLines(hints: FindingEntry[], style: Style): string[] {
  return grouped(hints).flatMap(group => findingLines(group, style, 'hint'));
}

function findingLines(findings: FindingEntry[], style: Style, kind: string = findings[0].severity): string[] {
  const [{ rule, fix, page }] = findings;
  return [
    '',
    ...paragraph(2, `${kind} ${rule}`, ['note', 'hint'].includes(kind) ? style.heading : style.bad),
    ...findings.flatMap(({ place, message }) => [...paragraph(4, whereIs(place), style.heading), ...paragraph(6, message)]),
    ...paragraph(4, `To do: ${fix}.`),
    `    ${oneLine(page)}`,
  ];
}

function whereIs({ path, source }: Place): string {
  return source === undefined ? path : `${path} (${source.file}:${source.line})`;
}

function stageLines({ stacks: all, secrets: every }: ReviewDocument, details: Details, stage: string, style: Style): string[] {
  const stacks = all.filter(each => each.stage === stage).map(stack => ({ stack, secrets: every.filter(({ place }) => place.stack === stack.id) }));
  const without = stacks.filter(({ secrets }) => secrets.length === 0).map(({ stack }) => stack.id);
  return [
    '',
    ...paragraph(0, stage === '' ? 'Outside of any stage' : `Stage ${stage}`, style.heading),
    ...stacks.filter(({ secrets }) => secrets.length > 0).flatMap(({ stack, secrets }) => stackLines(details, stack, secrets, style)),
    ...without.length > 0 ? ['', ...paragraph(2, `Without secrets: ${without.join(', ')}`)] : [],
  ];
}

/** What is true of all secrets of the stack is said once. */
function stackLines(details: Details, stack: StackEntry, secrets: SecretEntry[], style: Style): string[] {
  const standIns = stack.environmentAgnostic ? ' (environment-agnostic, shown with stand-ins)' : '';
  const all = secrets.map(secret => details.of(secret));
  const common = all.length > 1 ? commonOf(all) : [];
  return [
    '',
    ...paragraph(2, `Stack ${stack.id}, account ${stack.account}, region ${stack.region}${standIns}`, style.heading),
    ...common.length === 0 ? [] : detailLines(`each of the ${all.length} secrets`, common, style),
    ...secrets.flatMap((secret, index) =>
      detailLines(secretInWords(secret), all[index].map(detail => minus(detail, common)).filter(hasValues), style)),
  ];
}

function commonOf(all: Detail[][]): Detail[] {
  const others = ({ label }: Detail) => all.map(details => details.find(each => each.label === label)?.values ?? []);
  return all[0].map(detail => detail.separable
    ? { ...detail, values: detail.values.filter(value => others(detail).every(values => values.includes(value))) }
    : { ...detail, values: others(detail).every(values => values.join('\n') === detail.values.join('\n')) ? detail.values : [] }).filter(hasValues);
}

function minus(detail: Detail, common: Detail[]): Detail {
  const said = common.find(({ label }) => label === detail.label)?.values ?? [];
  return { ...detail, values: detail.values.filter(value => !said.includes(value)) };
}

function hasValues({ values }: Detail): boolean {
  return values.length > 0;
}

function detailLines(heading: string, details: Detail[], style: Style): string[] {
  return ['', ...paragraph(4, heading, style.heading), ...details.flatMap(({ label, values }) => field(6, label, [...values], style))];
}

/** One reason for several resources is said once. */
function acknowledgedLines(acknowledged: AcknowledgedEntry[]): string[] {
  return [...groupedBy(acknowledged, ({ finding, reason }) => `${finding.rule}\n${reason}`).values()].flatMap(same => ['', ...paragraph(0,
    `Acknowledged: ${same[0].finding.rule} on ${[...new Set(same.map(({ finding }) => finding.place.path))].join(', ')}. ${same[0].reason}`)]);
}

function besides({ price }: ReviewDocument): string[] {
  return [
    'Who may do what is decided from the policies in the templates, as IAM and KMS document it.',
    `Prices are list prices in us-east-1${price.besides.length === 0 ? '' : `, without ${price.besides.join('; ')}`}: ${PRICING_PAGES.join(' ')}`,
  ];
}
