import { html, Html } from './markup';
import type { ReviewDocument } from '../document/review-document';
import { count, secretInWords } from '../document/words';

const NAMES_A_DAY = 6;

interface Window {
  readonly start: string;
  readonly secret: string;
}

/** When rotations begin in the month after the review, a day a row. Days without one are left out. */
export function calendar({ secrets }: ReviewDocument): Html | undefined {
  const windows = secrets
    .flatMap(secret => (secret.rotation?.windows ?? []).map((start): Window => ({ start, secret: secretInWords(secret) })))
    .sort((a, b) => a.start.localeCompare(b.start) || a.secret.localeCompare(b.secret));
  if (windows.length === 0) return undefined;
  return html`<section id="calendar" aria-labelledby="calendar-heading">
<h2 id="calendar-heading">Rotations of a month</h2>
<p>Each window begins at the time that is shown, in UTC.</p>
<table><thead><tr><th scope="col">Day</th><th scope="col">Rotations</th><th scope="col">Which</th></tr></thead><tbody>
${[...byDay(windows)].map(([day, each]) => dayRow(day, each))}
</tbody></table>
</section>`;
}

function byDay(windows: Window[]): Map<string, Window[]> {
  const days = new Map<string, Window[]>();
  for (const window of windows) {
    const day = window.start.slice(0, 10);
    days.set(day, days.get(day) ?? []);
    days.get(day)!.push(window);
  }
  return days;
}

function dayRow(day: string, windows: Window[]): Html {
  const weekday = new Intl.DateTimeFormat('en', { weekday: 'short', timeZone: 'UTC' }).format(new Date(day));
  const shown = windows.slice(0, NAMES_A_DAY).map(({ start, secret }) => `${start.slice(11, 16)} ${secret}`);
  const left = windows.length - shown.length;
  return html`<tr><th scope="row"><time datetime="${day}">${weekday} ${day}</time></th><td>${count(windows.length, 'rotation')}</td>
<td>${shown.join(', ')}${left > 0 && `, and ${left} more`}</td></tr>
`;
}
