import type { AcknowledgedFinding } from './acknowledgements';
import { field, paragraph, Style } from './layout';
import { fileOf } from './managed-policies';
import { CENTS_PER_CUSTOMER_MANAGED_KEY, dollars, PRICING_PAGES } from '../../src/review/document/prices';
import type { MissingPolicy, Price, Review, StackReview, StageReview } from './review';
import { Detail, detailsOf } from './secret-details';
import { count, summaryLines } from './summary';
import { pathOf } from '../access';
import type { Finding } from '../rules';

/** The review, as a person reads it. Names, policies and prices; no value of any secret. */
export function report(title: string, review: Review, style: Style, onlyStage?: string): string[] {
  const { stages, findings, missing } = review;
  const [shown, others] = [true, false].map(wanted => stages.filter(({ stage }) => (onlyStage === undefined || stage === onlyStage) === wanted));
  return [
    style.heading(`Review of ${title}: `) + (findings.length === 0 ? style.good('no findings') : style.bad(`${count(findings.length, 'finding')}, at the end`)),
    '',
    ...summaryLines(review, style),
    ...shown.flatMap(stage => stageLines(stage, style)),
    ...others.length === 0 ? [] : ['', ...paragraph(0, `Not shown in detail: ${others.map(({ stage }) => `stage ${stage}`).join(', ')}`)],
    ...acknowledgedLines(review),
    ...missing.flatMap(policy => ['', ...paragraph(0, missingLine(policy), style.bad)]),
    '',
    ...paragraph(0, 'Readers and writers are the roles in these templates, decided by simulation of'
      + ' IAM and KMS. Prices are list prices in us-east-1; a key\'s first two rotations each add its price again, and API calls are extra:'
      + ` ${PRICING_PAGES.join(' ')}`, style.label),
  ];
}

/** The findings, which the first line of the report counts. */
export function findingsReport(findings: Finding[], style: Style): string[] {
  return findings.length === 0 ? [] : [
    '',
    style.bad(count(findings.length, 'finding')),
    ...findings.flatMap(({ rule, resource, message }) => [
      '',
      ...paragraph(2, rule, style.bad),
      ...paragraph(4, resource, style.heading),
      ...paragraph(4, message),
    ]),
  ];
}

/** One reason for several resources is said once. */
function acknowledgedLines({ acknowledged }: Review): string[] {
  const keyOf = ({ rule, reason }: AcknowledgedFinding) => `${rule}\n${reason}`;
  return [...new Set(acknowledged.map(keyOf))].flatMap(key => {
    const same = acknowledged.filter(finding => keyOf(finding) === key);
    const [{ rule, reason }] = same;
    return ['', ...paragraph(0, `Acknowledged: ${rule} on ${same.map(({ resource }) => resource).join(', ')}. ${reason}`)];
  });
}

function missingLine({ arn, use, roles }: MissingPolicy): string {
  return `Not decided: the ${use} ${arn} of ${roles.map(({ path }) => path).join(', ')} is not in the templates;`
    + ` give its document as ${fileOf(arn)} in a directory, with --managed-policies <directory>`;
}

function stageLines({ stage, stacks, price }: StageReview, style: Style): string[] {
  const without = stacks.filter(({ secrets }) => secrets.length === 0).map(({ stack }) => stack.path);
  return [
    '',
    ...paragraph(0, stage === '' ? 'Outside of any stage' : `Stage ${stage}`, style.heading),
    ...stacks.filter(({ secrets }) => secrets.length > 0).flatMap(stack => stackLines(stack, style)),
    ...(without.length > 0 ? ['', ...paragraph(2, `Without secrets: ${without.join(', ')}`)] : []),
    '',
    ...priceLines(price).flatMap(line => paragraph(2, line, style.heading)),
  ];
}

function priceLines({ secrets, replicas, customerManagedKeys, cents, otherKeys }: Price): string[] {
  const counts = [count(secrets, 'secret'), ...(replicas > 0 ? [count(replicas, 'replica')] : []), count(customerManagedKeys, 'customer managed key')];
  const others = otherKeys.map(({ placed }) => pathOf(placed!)).join(', ');
  return [
    `List price: ${dollars(cents)} a month (${counts.join(', ')})`,
    ...otherKeys.length === 0 ? [] : [
      `And ${dollars(otherKeys.length * CENTS_PER_CUSTOMER_MANAGED_KEY)} a month for ${count(otherKeys.length, 'customer managed key')}`
      + ` that ${otherKeys.length === 1 ? 'encrypts' : 'encrypt'} none of these secrets: ${others}`,
    ],
  ];
}

/** What is true of all secrets of the stack is said once. */
function stackLines({ stack, secrets }: StackReview, style: Style): string[] {
  const standIns = stack.environmentAgnostic ? ' (environment-agnostic, shown with stand-ins)' : '';
  const all = secrets.map(detailsOf);
  const common = all.length > 1 ? commonOf(all) : [];
  return [
    '',
    ...paragraph(2, `Stack ${stack.path}, account ${stack.account}, region ${stack.region}${standIns}`, style.heading),
    ...common.length === 0 ? [] : detailLines(`all ${all.length} secrets`, common, style),
    ...secrets.flatMap(({ secret }, index) =>
      detailLines(secret.name, all[index].map(detail => minus(detail, common)).filter(hasValues), style)),
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
