import { decidedOf, factsOf, whereOf } from './data';
import { html, Html, prose } from './markup';
import type { AccessChange, ReviewDifference } from '../difference/review-difference';
import { dollars } from '../document/prices';
import type { AccessEntry, PrincipalEntry, ReviewDocument, SecretEntry } from '../document/review-document';
import { count, decisionInWords, pathInWords, principalInWords, secretInWords } from '../document/words';

/** How much of the access is shown without scripts, of one secret and of all. The table and the JSON have the rest. */
const PRINCIPALS_A_SECRET = 50;
const PRINCIPALS_IN_ALL = 10_000;

export function problems({ problems: lines }: ReviewDocument): Html | undefined {
  if (lines.length === 0) return undefined;
  return html`<section class="problems" aria-labelledby="problems-heading"><h2 id="problems-heading">Could not be reviewed</h2>
${list(lines)}</section>`;
}

function list(lines: string[]): Html {
  return html`<ul>${lines.map(line => html`<li>${prose(line)}</li>`)}</ul>`;
}

export function summary({ secrets, principals, access, findings: found, price: { centsPerMonth, customerManagedKeys } }: ReviewDocument): Html {
  const primaries = secrets.filter(({ replicaOf }) => replicaOf === undefined).length;
  const readers = new Set(access.filter(({ operations: { read } }) => read?.decision.startsWith('allowed')).map(({ principal }) => principal)).size;
  return html`<section aria-labelledby="summary-heading"><h2 id="summary-heading">Summary</h2>
<dl>
<div><dt>Secrets</dt><dd>${primaries}${secrets.length > primaries && ` and ${count(secrets.length - primaries, 'replica')}`}</dd></div>
<div><dt>Can read one</dt><dd>${readers} of ${count(principals.length, 'principal')}</dd></div>
<div><dt>Rotated</dt><dd>${secrets.filter(({ rotation }) => rotation !== undefined).length}</dd></div>
<div><dt>Customer managed keys</dt><dd>${customerManagedKeys}</dd></div>
<div><dt>Findings</dt><dd>${found.length}</dd></div>
<div><dt>List price</dt><dd>${dollars(centsPerMonth)} a month</dd></div>
</dl></section>`;
}

export function findings({ findings: found, hints, acknowledged }: ReviewDocument): Html | undefined {
  if (found.length + hints.length + acknowledged.length === 0) return undefined;
  return html`<section id="findings" aria-labelledby="findings-heading"><h2 id="findings-heading">Findings</h2>
${found.length === 0 ? html`<p>None that is not acknowledged.</p>` : html`<table>
<thead><tr><th scope="col">Severity</th><th scope="col">What</th><th scope="col">Where</th><th scope="col">What to do</th></tr></thead>
<tbody>${found.map(findingRow)}</tbody></table>`}
${hints.length > 0 && html`<details><summary>${count(hints.length, 'hint')}</summary>
${list(hints.map(({ place, message, fix }) => `${place.path}: ${message}. ${fix}`))}</details>`}
${acknowledged.length > 0 && html`<details><summary>${count(acknowledged.length, 'acknowledged finding')}</summary>
${list(acknowledged.map(({ finding, reason }) => `${finding.message} (${finding.place.path}): ${reason}`))}</details>`}</section>`;
}

function findingRow({ severity, message, rule, place, fix, page }: ReviewDocument['findings'][number]): Html {
  return html`<tr><td><span class="severity ${severity}">${severity}</span></td>
<td>${prose(message)} <small><a href="${link(page)}">${rule}</a></small></td><td>${whereOf(place)}</td><td>${prose(fix)}</td></tr>
`;
}

/** A link goes to a page, and runs nothing. */
function link(address: string): string {
  return /^https:\/\//.test(address) ? address : '#findings';
}

export function missing({ missing: entries }: ReviewDocument): Html | undefined {
  if (entries.length === 0) return undefined;
  const names = (concerns: string[]) => concerns.slice(0, 5).join(', ') + (concerns.length > 5 ? ` and ${concerns.length - 5} more` : '');
  return html`<section aria-labelledby="missing-heading"><h2 id="missing-heading">Not decided</h2>
${list(entries.map(({ what, concerns, remedy }) => `${what}, for ${names(concerns)}. ${remedy}`))}</section>`;
}

export function changes({ headline, access, secrets, price: { before, after }, before: older }: ReviewDifference): Html {
  return html`<section class="changes" aria-labelledby="changes-heading"><h2 id="changes-heading">What changes against ${older.join(', ')}</h2>
<p><strong>${headline}</strong></p>
${secrets.length > 0 && html`<table><thead><tr><th scope="col">Secret</th><th scope="col">What happens</th></tr></thead>
<tbody>${secrets.map(({ secret, words }) => html`<tr><td>${secret}</td><td>${words}</td></tr>
`)}</tbody></table>`}
${access.length > 0 && html`<table><thead><tr><th scope="col">Who</th><th scope="col">Secret</th><th scope="col">Before</th><th scope="col">After</th></tr></thead>
<tbody>${access.slice(0, PRINCIPALS_IN_ALL).map(accessChange)}</tbody></table>`}
${access.length > PRINCIPALS_IN_ALL && html`<p>${access.length - PRINCIPALS_IN_ALL} more stand in <code>--format json</code>.</p>`}
${before !== after && html`<p>List price: ${dollars(after)} a month instead of ${dollars(before)}.</p>`}</section>`;
}

function accessChange({ principal, actor, secret, operation, before, after, change }: AccessChange): Html {
  const side = ({ decision, because, actions, through }: AccessChange['before']) => decision === 'denied' ? html`may not ${operation}`
    : html`${decisionInWords(operation, { decision, because, actions, path: [] })}${through.map(each => html`<br><small>${each}</small>`)}`;
  return html`<tr><td>${actor !== undefined && `${actor}, as `}${principal.kind} ${principal.id}</td><td>${secret}</td>
<td>${side(before)}</td><td>${side(after)} <small>(${change})</small></td></tr>
`;
}

/** Every secret with those who can use it, for whoever runs no scripts, prints, or searches in the page. */
export function secretsInFull(document: ReviewDocument): Html {
  const principals = new Map(document.principals.map(principal => [principal.id, principal]));
  const bySecret = new Map<string, AccessEntry[]>(document.secrets.map(({ id }) => [id, []]));
  document.access.forEach(entry => bySecret.get(entry.secret)!.push(entry));
  let room = PRINCIPALS_IN_ALL;
  const sections = document.secrets.map(secret => {
    const entries = bySecret.get(secret.id)!;
    const shown = entries.slice(0, Math.min(PRINCIPALS_A_SECRET, room));
    room -= shown.length;
    return secretInFull(document, secret, shown.map(entry => ({ entry, principal: principals.get(entry.principal)! })), entries.length);
  });
  return html`<section id="secrets" aria-labelledby="secrets-heading"><h2 id="secrets-heading">Secrets</h2>
${document.secrets.length === 0 ? html`<p>There is no secret in these templates.</p>` : sections}</section>`;
}

interface Shown {
  readonly entry: AccessEntry;
  readonly principal: PrincipalEntry;
}

function secretInFull(document: ReviewDocument, secret: SecretEntry, shown: Shown[], total: number): Html {
  return html`<details class="secret"><summary>${secretInWords(secret)} <small>${count(total, 'principal')}</small></summary>
${list([...factsOf(document, secret), ...secret.guardRails.map(({ words }) => `Guard rail: ${words}`)])}
${shown.length === 0 ? html`<p>Nobody in these templates can use it.</p>` : html`<table>
<thead><tr><th scope="col">Who</th><th scope="col">What</th><th scope="col">Through</th></tr></thead>
<tbody>${shown.map(each => principalRow(document, each))}</tbody></table>`}
${total > shown.length && html`<p>${total - shown.length} more stand in the table above, which needs scripts, and in <code>--format json</code>.</p>`}
</details>
`;
}

function principalRow(document: ReviewDocument, { entry, principal }: Shown): Html {
  const decided = decidedOf(entry.operations);
  const through = [...new Set(decided.flatMap(([, each]) => pathInWords(document, each)))];
  return html`<tr><td>${principalInWords(principal)}${principal.actors.length > 0 && html`<br><small>${principal.actors.join(', ')}</small>`}</td>
<td>${decided.map(([operation, each]) => html`${decisionInWords(operation, each)}<br>`)}</td><td>${through.map(each => html`<small>${each}</small><br>`)}</td></tr>
`;
}

export function price({ price: { secrets, replicas, customerManagedKeys, centsPerMonth, besides } }: ReviewDocument): Html {
  const counts = [count(secrets, 'secret'), count(replicas, 'replica'), count(customerManagedKeys, 'customer managed key')].join(', ');
  return html`<section aria-labelledby="price-heading"><h2 id="price-heading">List price</h2>
<p>${dollars(centsPerMonth)} a month in us-east-1: ${counts}.</p>
${besides.length > 0 && html`<p>Without:</p>${list(besides)}`}</section>`;
}
