import { code, prose, table } from './markdown';
import { isGain } from '../difference/access-changes';
import type { AccessChange, ReviewDifference, SecretChange, Side } from '../difference/review-difference';
import { dollars } from '../document/prices';
import { decisionInWords } from '../document/words';

/** Where the text goes: what a comment may hold there, and how it folds. */
export interface Destination {
  readonly maxCharacters: number;
  /** The rest of the tables can be folded by HTML. */
  readonly folds: boolean;
}

export const DESTINATIONS: Readonly<Record<'github' | 'gitlab' | 'markdown', Destination>> = {
  // https://docs.github.com/rest/issues/comments refuses a longer body.
  github: { maxCharacters: 65_536, folds: true },
  // https://docs.gitlab.com/administration/instance_limits/#size-of-comments-and-descriptions-of-issues-merge-requests-and-epics
  gitlab: { maxCharacters: 1_000_000, folds: true },
  markdown: { maxCharacters: Infinity, folds: false },
};

/** By it whoever posts the comment finds the older one, and updates it in place. */
export const MARKER = '<!-- cdk-managed-secrets:diff -->';

/** The difference as the comment of a pull request: a headline, then who gains and loses what, then the rest. */
export function differenceInMarkdown(difference: ReviewDifference, destination: Destination): string {
  const sections = sectionsOf(difference);
  const lead = [MARKER, '### Secrets: what this change means', '', `**${prose(difference.headline)}**`, ''];
  const foot = footOf(difference);
  let room = destination.maxCharacters - lengthOf([...lead, ...foot]) - RESERVE;
  const body = sections.flatMap(each => {
    const { lines, left } = fitted(each, room, destination);
    room -= lengthOf(lines);
    return left === 0 ? lines : [...lines, `_${left} more in this table; the page has them all (\`--format html\`)._`, ''];
  });
  return [...lead, ...body, ...foot].join('\n');
}

/** For the sentence at the end of a table that is cut, a table each. */
const RESERVE = 1_000;

interface Section {
  readonly title: string;
  readonly head: string[];
  readonly rows: string[][];
  /** Said as it stands; what is not open is folded where that is possible. */
  readonly open: boolean;
}

function sectionsOf({ access, secrets, findings, mended, problems }: ReviewDifference): Section[] {
  const more = access.filter(change => isGain(change) || change.change === 'no-longer-decided' || change.change === 'now-decided');
  const ofNew = access.filter(change => change.ofNewSecret && !more.includes(change));
  const less = access.filter(change => ['lost', 'narrower'].includes(change.change));
  const moved = access.filter(change => change.change === 'moved');
  const serious = secrets.filter(({ kind }) => kind !== undefined);
  const others = secrets.filter(({ kind }) => kind === undefined);
  return [
    section('Could not be reviewed', ['What'], problems.map(problem => [prose(problem)])),
    section('Look at this first', ['Secret', 'What happens'], serious.map(secretRow)),
    section('Who gains access', ACCESS_HEAD, more.map(accessRow)),
    section('New findings', ['Finding', 'Where', 'What to do'],
      findings.map(({ message, place, fix }) => [prose(message), code(place.path), prose(fix)])),
    section('Who can use the new secrets', ACCESS_HEAD, ofNew.map(accessRow), false),
    section('Who loses access', ACCESS_HEAD, less.map(accessRow), false),
    section('What else changes', ['Secret', 'What happens'], others.map(secretRow), false),
    section('The same access through something else', MOVED_HEAD, moved.map(movedRow), false),
    section('Findings that are gone', ['Finding', 'Where'], mended.map(({ message, place }) => [prose(message), code(place.path)]), false),
  ].filter(({ rows }) => rows.length > 0);
}

function section(title: string, head: string[], rows: string[][], open = true): Section {
  return { title, head, rows, open };
}

const ACCESS_HEAD = ['Who', 'Secret', 'Before', 'After', 'Through'];

function accessRow(change: AccessChange): string[] {
  const { secret, operation, before, after } = change;
  const through = after.decision === 'denied' ? before : after;
  return [whoIn(change), code(secret), sideInWords(operation, before), sideInWords(operation, after), wayOf(through)];
}

const MOVED_HEAD = ['Who', 'Secret', 'What', 'Through, before', 'Through, after'];

function movedRow(change: AccessChange): string[] {
  const { secret, operation, before, after } = change;
  return [whoIn(change), code(secret), sideInWords(operation, after), wayOf(before), wayOf(after)];
}

function whoIn({ principal, actor }: AccessChange): string {
  const actors = actor === undefined && principal.actors.length > 0 ? ` (${shortened(principal.actors.map(code))})` : '';
  return actor === undefined ? `${principal.kind} ${code(principal.id)}${actors}` : `${code(actor)}, as ${code(principal.id)}`;
}

function wayOf({ through }: Side): string {
  return shortened(through.map(prose), '; ');
}

/** Few of many, so that a row stays a row. */
function shortened(words: string[], separator = ', '): string {
  const shown = words.slice(0, 4).join(separator);
  return words.length > 4 ? `${shown}${separator}${words.length - 4} more` : shown;
}

function sideInWords(operation: AccessChange['operation'], { decision, because, actions }: Side): string {
  return decision === 'denied' ? `may not ${operation}` : prose(decisionInWords(operation, { decision, because, actions, path: [] }));
}

function secretRow({ secret, words }: SecretChange): string[] {
  return [code(secret), prose(words)];
}

/** As many rows as there is room for, and how many are left. */
function fitted({ title, head, rows, open }: Section, room: number, { folds }: Destination): { lines: string[]; left: number } {
  const wrapped = (shown: string[][]) => !open && folds
    ? ['<details>', `<summary>${title} (${rows.length})</summary>`, '', ...table(head, shown), '', '</details>', '']
    : [`#### ${title}`, '', ...table(head, shown), ''];
  let used = lengthOf(wrapped([]));
  const shown = rows.filter(row => {
    used += lengthOf(table([], [row]).slice(2));
    return used <= room;
  });
  return shown.length === 0 && rows.length > 0
    ? { lines: [`#### ${title}`, ''], left: rows.length }
    : { lines: wrapped(shown), left: rows.length - shown.length };
}

function lengthOf(lines: string[]): number {
  return lines.reduce((sum, line) => sum + line.length + 1, 0);
}

function footOf({ price, before, after }: ReviewDifference): string[] {
  const costs = price.before === price.after
    ? `List price: ${dollars(price.after)} a month, as before.`
    : `List price: ${dollars(price.after)} a month instead of ${dollars(price.before)}.`;
  return [costs, '', `<sub>Decided from the templates of ${after.map(code).join(', ')}, compared with ${before.map(code).join(', ')}, by cdk-managed-secrets.</sub>`];
}
