import { dollars } from '../document/prices';
import { Operation, ReviewDocument, SEVERITIES, Severity } from '../document/review-document';
import { count, enumerated } from '../document/words';

export interface SummaryLine {
  readonly label: string;
  readonly text: string;
}

/** The whole review in five lines, for whoever reads no further. */
export function summaryOf(document: ReviewDocument): SummaryLine[] {
  return [
    { label: 'Secrets', text: secretsOf(document) },
    { label: 'Access', text: accessOf(document) },
    { label: 'Rotation', text: rotationOf(document) },
    { label: 'Deletion', text: deletionOf(document) },
    { label: 'List price', text: `${dollars(document.price.centsPerMonth)} a month for the secrets and their keys` },
  ];
}

/** How many findings of which severity, such as `2 errors and 1 note`. */
export function verdictOf({ findings, problems }: Pick<ReviewDocument, 'findings' | 'problems'>): string {
  const counts = SEVERITIES.flatMap(severity => countOf(findings.filter(each => each.severity === severity).length, severity));
  const said = counts.length === 0 ? 'no findings' : enumerated(counts);
  return problems.length === 0 ? said : `${said}; ${count(problems.length, 'part')} could not be reviewed`;
}

function countOf(amount: number, severity: Severity): string[] {
  return amount === 0 ? [] : [count(amount, severity)];
}

function secretsOf({ price: { secrets, replicas, customerManagedKeys } }: ReviewDocument): string {
  const copies = replicas > 0 ? ` and ${count(replicas, 'replica')}` : '';
  return `${count(secrets, 'secret')}${copies}, under ${count(customerManagedKeys, 'customer managed key')}`;
}

/** Principals are counted once, however many secrets they may read or write. */
function accessOf({ access, keys, secrets }: ReviewDocument): string {
  const may = (operation: Operation) => new Set(access.filter(({ operations }) => operations[operation]?.decision.startsWith('allowed')).map(({ principal }) => principal)).size;
  const open = access.filter(({ operations }) => Object.values(operations).some(({ decision }) => decision === 'not-decided')).length;
  const used = new Set(secrets.map(({ key }) => key));
  const direct = keys.filter(({ id, awsManaged, usableDirectlyBy }) => used.has(id) && !awsManaged && usableDirectlyBy.length > 0).length;
  return `${count(may('read'), 'principal')} may read, ${may('write')} may write; `
    + (direct === 0 ? 'keys decrypt through Secrets Manager only' : `${count(direct, 'key')} can be used around Secrets Manager`)
    + (open === 0 ? '' : `; ${open} not decided`);
}

function rotationOf({ secrets }: ReviewDocument): string {
  const primaries = secrets.filter(({ replicaOf }) => replicaOf === undefined);
  return `${primaries.filter(({ rotation }) => rotation !== undefined).length} of ${count(primaries.length, 'secret')} rotated`;
}

function deletionOf({ secrets }: ReviewDocument): string {
  const primaries = secrets.filter(({ replicaOf }) => replicaOf === undefined);
  const deleted = primaries.filter(({ deletionPolicy }) => !deletionPolicy.startsWith('Retain')).length;
  return deleted === 0 ? 'every secret is kept when its stack is deleted' : `${deleted} of ${count(primaries.length, 'secret')} deleted with the stack`;
}
