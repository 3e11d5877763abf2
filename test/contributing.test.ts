import { existsSync, readdirSync, readFileSync } from 'fs';
import * as path from 'path';
import { GuardRail, ManagedSecret, SecretNamespace } from 'cdk-managed-secrets';
import { onlyResource, testStack } from './support/test-app';
import { ENGINES } from '../src/rotation/contract/engines';
import { exampleNames } from '../tools/examples/examples';

/** What CONTRIBUTING.md and the other documents name must exist, and what a contributor can run must be named. */

const ROOT = path.resolve(__dirname, '..');

/** Tasks that the table leaves out, each with the reason. */
const LEFT_OUT: Record<string, string> = {
  'build': 'a release does it, see docs/guides/releasing.md',
  'clobber': 'it throws local work away; nobody should find it in a table',
  'compat': 'there is no release to compare with yet, see docs/guides/releasing.md',
  'default': 'this is `npx projen` without a name',
  'eject': 'it ends the use of projen',
  'install': 'npm does it',
  'install:ci': 'npm does it: `npm ci`',
  'install:newest': 'a step of `test:newest`',
  'package': 'a release does it, see docs/guides/releasing.md',
  'package-all': 'a release does it, see docs/guides/releasing.md',
  'package:dotnet': 'a release does it, see docs/guides/releasing.md',
  'package:go': 'a release does it, see docs/guides/releasing.md',
  'package:java': 'a release does it, see docs/guides/releasing.md',
  'package:js': 'a release does it, see docs/guides/releasing.md',
  'package:python': 'a release does it, see docs/guides/releasing.md',
  'post-compile': 'a step of `build`',
  'release:dry-run': 'a release does it, see docs/guides/releasing.md',
  'pre-compile': 'a step of `build`',
  'translate': 'a step of `build` and of each package, see docs/guides/releasing.md',
  'test': 'this is `npm test`',
  'watch': 'it compiles to lib, which neither tests nor examples read',
};

const TASKS = Object.keys(json<{ tasks: object }>('.projen/tasks.json').tasks);
const { scripts: SCRIPTS, devDependencies } = json<{ scripts: Record<string, string>; devDependencies: Record<string, string> }>('package.json');

/** Those of the repository, and those of `src`, whose files the documents name without it. */
const SOURCE_FOLDERS = ['src', 'test', 'tools', 'lambda', 'docs', 'examples', 'projenrc',
  ...readdirSync(path.join(ROOT, 'src'), { withFileTypes: true }).filter(entry => entry.isDirectory()).map(({ name }) => name)];

function text(file: string): string {
  return readFileSync(path.join(ROOT, file), 'utf8');
}

function json<T>(file: string): T {
  return JSON.parse(text(file)) as T;
}

/** The first column of the table of commands; `a && b` is two commands. */
function commandsOfTable(): string[] {
  const [, table] = text('CONTRIBUTING.md').split('| Command | What it does | When |\n');
  const rows = table.split('\n\n')[0].split('\n').slice(1);
  return rows.flatMap(row => /^\| `([^`]+)` \|/.exec(row)![1].split(' && '));
}

/** What is wrong with a command, or nothing. */
function flawOf(command: string): string | undefined {
  const [program, ...words] = command.split(' ');
  if (command === 'npm ci') return undefined;
  if (program === 'npx' && words[0] === 'projen') {
    const task = words[1] ?? 'default';
    return TASKS.includes(task) ? undefined : `.projen/tasks.json has no task ${task}`;
  }
  if (program === 'npm') {
    const script = words[0] === 'run' ? words[1] : words[0];
    return script in SCRIPTS ? undefined : `package.json has no script ${script}`;
  }
  return 'it is neither npm nor npx projen';
}

/** The task behind a command: itself, or what a script such as `bench` stands for. */
function taskOf(command: string): string {
  const name = command.replace(/^(npx projen|npm run|npm)\b ?/, '');
  return /^projen (\S+)$/.exec(SCRIPTS[name] ?? '')?.[1] ?? name;
}

function markdownFiles(): string[] {
  const inFolder = (folder: string) => readdirSync(path.join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter(file => file.endsWith('.md') && !file.includes('node_modules'))
    .map(file => path.join(folder, file));
  return ['README.md', 'CHANGELOG.md', 'CONTRIBUTING.md', 'SECURITY.md', ...inFolder('docs'), ...inFolder('examples')];
}

describe('the table of commands', () => {
  test.each(commandsOfTable())('%s exists', command => {
    expect(flawOf(command)).toBeUndefined();
  });

  test('names every command of the project, or the reason to leave it out is here', () => {
    const named = commandsOfTable().map(taskOf);
    expect([...TASKS, ...Object.keys(SCRIPTS).filter(script => !SCRIPTS[script].startsWith('projen'))]
      .filter(task => !named.includes(task) && !(task in LEFT_OUT))).toEqual([]);
  });

  test('leaves nothing out that is in it, or that is gone', () => {
    const named = commandsOfTable().map(taskOf).filter(task => task !== 'test');
    expect(Object.keys(LEFT_OUT).filter(task => named.includes(task) || !TASKS.includes(task))).toEqual([]);
  });
});

describe('the documents', () => {
  test.each(markdownFiles())('%s names commands that exist', file => {
    const named = text(file).match(/\b(npx projen( [a-z][a-z:-]*[a-z])?|npm run [a-z:-]*[a-z])/g) ?? [];
    expect(named.map(command => ({ command, flaw: flawOf(command) })).filter(({ flaw }) => flaw !== undefined)).toEqual([]);
  });

  test.each(markdownFiles())('%s names source files that exist', file => {
    const named = [...text(file).matchAll(/`([\w.-]+(?:\/[\w.-]+)+)\/?`/g)].map(([, name]) => name);
    const sources = named.filter(name => SOURCE_FOLDERS.includes(name.split('/')[0]) && !name.includes('node_modules'));
    expect(sources.filter(name => !['.', 'src'].some(root => existsSync(path.join(ROOT, root, name))))).toEqual([]);
  });

  test('CONTRIBUTING.md names what is in the files that it names', () => {
    const recipes = text('CONTRIBUTING.md').split(/\s+/).join(' ');
    const named = [
      ...[...recipes.matchAll(/`([\w./-]+\.ts)`: `(\w+)`/g)].map(([, file, name]) => ({ file, name })),
      ...[...recipes.matchAll(/`(\w+)` of `([\w./-]+\.ts)`/g)].map(([, name, file]) => ({ file, name })),
    ];

    expect(named.length).toBeGreaterThan(5);
    expect(named.filter(({ file, name }) => !text(file).includes(name))).toEqual([]);
  });

  test('the architecture names every file that writes a grant', () => {
    const sources = readdirSync(path.join(ROOT, 'src'), { recursive: true, encoding: 'utf8' }).filter(file => file.endsWith('.ts'));
    const writing = sources.filter(file => text(path.join('src', file)).includes('Grant.addToPrincipal('));

    expect(writing.length).toBeGreaterThan(0);
    expect(writing.filter(file => !text('docs/architecture.md').includes(`\`${file}\``))).toEqual([]);
  });

  test.each(markdownFiles())('%s links to files and headings that exist', file => {
    const links = [...text(file).matchAll(/\]\((?!https?:)([^)#]*)(?:#([^)]+))?\)/g)].map(([, target, heading]) => ({ target, heading }));
    expect(links.filter(({ target, heading }) => !linkLeads(file, target, heading))).toEqual([]);
  });

  test('README.md links as the pages of package registries need it: by whole addresses, which lead to files and headings that exist', () => {
    const { repository: { url } } = json<{ repository: { url: string } }>('package.json');
    const repository = url.replace(/^git\+|\.git$/g, '');
    const links = [...text('README.md').matchAll(/\]\(([^)]+)\)/g)].map(([, link]) => link);
    const inRepository = links.filter(link => link.startsWith(repository)).map(link => {
      const [, target, heading] = /^\/(?:blob|tree|raw)\/main\/([^#]+)(?:#(.+))?$/.exec(link.slice(repository.length)) ?? [];
      return { link, target, heading };
    });

    expect(links.filter(link => !/^(https:\/\/|#)/.test(link))).toEqual([]);
    expect(inRepository.length).toBeGreaterThan(10);
    expect(inRepository.filter(({ target, heading }) => target === undefined || !linkLeads('README.md', target, heading))).toEqual([]);
  });

  test('README.md lists its sections, in their order', () => {
    const [contents, ...sections] = text('README.md').split('\n## ');
    const listed = [...contents.matchAll(/^- \[(.+)\]\(#.+\)$/gm)].map(([, heading]) => heading);
    expect(listed).toEqual(sections.map(section => section.split('\n')[0]));
  });

  test('README.md names the packages that the project makes', () => {
    const { jsii: { targets: { python, java, dotnet, go } } } = json<{ jsii: { targets: Record<string, any> } }>('package.json');
    const { maven: { groupId, artifactId } } = java;
    for (const name of [`pip install ${python.distName}`, `${groupId}:${artifactId}`, `dotnet add package ${dotnet.packageId}`, `go get ${go.moduleName}/`]) {
      expect(text('README.md')).toContain(name);
    }
  });

  test.each(['README.md', 'docs/guides/rotation-functions.md', 'docs/guides/rotated-databases.md', 'docs/guides/rehearsing-a-rotation.md'])(
    '%s names every engine that has a rotation function', file => {
      expect(Object.values(ENGINES).map(({ title }) => title).filter(title => !text(file).includes(title))).toEqual([]);
    });

  test.each(exampleNames())('examples/%s has a README, as every example', example => {
    expect(existsSync(path.join(ROOT, 'examples', example, 'README.md'))).toBe(true);
  });

  test('the guide on guard rails shows each statement as it is rendered', () => {
    const shown = [...text('docs/guides/guard-rails.md').matchAll(/```json\n(.*?)```/gs)].map(([, statement]) => JSON.parse(statement));
    const stack = testStack();
    const guardRails = [
      GuardRail.denyOutsideOrganization('o-a1b2c3d4e5'),
      GuardRail.denyPrincipals(['arn:aws:iam::*:role/staging-*']),
      GuardRail.denyOutsideVpcEndpoints(['vpce-0123456789abcdef0'], { exceptPrincipals: ['arn:aws:iam::111122223333:role/cdk-*-cfn-exec-role-*'] }),
      GuardRail.denyDeletion({ exceptPrincipals: ['arn:aws:iam::111122223333:role/break-glass'] }),
    ];
    new SecretNamespace(stack, 'Secrets', { environment: 'prod', service: 'payments', guardRails });
    new ManagedSecret(stack, 'Secret', { purpose: 'key' });
    expect(onlyResource(stack, 'AWS::SecretsManager::ResourcePolicy').Properties.ResourcePolicy.Statement).toEqual(shown);
  });

  test('decision 0007 names every development dependency, and no other', () => {
    const table = text('docs/decisions/0007-development-dependencies.md').split('\n').filter(line => /^\| `/.test(line));
    const named = table.flatMap(row => [...row.split('|')[1].matchAll(/`([^`]+)`/g)].map(([, name]) => name));
    expect(named.sort()).toEqual(Object.keys(devDependencies).sort());
  });
});

function linkLeads(from: string, target: string, heading?: string): boolean {
  const file = target === '' ? from : path.join(path.dirname(from), target);
  if (!existsSync(path.join(ROOT, file))) return false;
  return heading === undefined || text(file).split('\n').some(line => /^#+ /.test(line) && anchorOf(line) === heading);
}

/** The anchor that the host of the repository gives a heading. */
function anchorOf(line: string): string {
  return line.replace(/^#+ /, '').toLowerCase().replace(/[^\w\- ]/g, '').replace(/ /g, '-');
}
