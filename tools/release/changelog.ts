import { execFileSync } from 'child_process';

/** A commit whose title says what it is to a user. */
export interface Entry {
  readonly type: string;
  readonly scope?: string;
  readonly breaks: boolean;
  readonly subject: string;
}

const TITLE = /^(?<type>[a-z]+)(?:\((?<scope>[^)]+)\))?(?<bang>!)?: (?<subject>.+)$/;

/** What users see, in this order; other types do not change the package. */
const SECTIONS: Readonly<Record<string, string>> = { feat: 'New', fix: 'Fixed', perf: 'Faster' };

export function entriesOf(titles: readonly string[]): Entry[] {
  return titles.flatMap(title => {
    const { type, scope, bang, subject } = TITLE.exec(title)?.groups ?? {};
    return type === undefined ? [] : [{ type, scope, breaks: bang === '!', subject }];
  });
}

/** The draft of an entry of CHANGELOG.md: breaks first. A person makes sentences for users of it. */
export function changelogOf(entries: readonly Entry[]): string {
  const sections = [
    { title: 'Breaks', of: entries.filter(({ breaks }) => breaks) },
    ...Object.entries(SECTIONS).map(([type, title]) => ({ title, of: entries.filter(entry => entry.type === type && !entry.breaks) })),
  ];
  return sections.filter(({ of }) => of.length > 0).map(({ title, of }) => `### ${title}\n\n${of.map(line).join('\n')}\n`).join('\n');
}

function line({ scope, subject }: Entry): string {
  return `- ${scope === undefined ? '' : `**${scope}**: `}${subject}`;
}

/** The titles since the last tag, or since the beginning. */
export function titlesSinceRelease(root: string): string[] {
  const git = (...args: string[]) => execFileSync('git', args, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  const last = git('tag', '--list', 'v*', '--sort=-v:refname').split('\n')[0];
  return git('log', '--no-merges', '--format=%s', ...last === '' ? [] : [`${last}..HEAD`]).split('\n');
}
