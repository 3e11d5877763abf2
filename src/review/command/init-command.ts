import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'fs';
import * as path from 'path';
import { Command, EXIT_CODES, Given } from './command';
import { PACKAGE, PACKAGE_ROOT } from '../package-version';
import { ReviewError } from '../review-error';

const TEMPLATES = path.join(PACKAGE_ROOT, 'templates');

/** What to type next, by the language of the app: the one command that installs, and the one that tests, synthesizes and reviews. */
const NEXT: Readonly<Record<string, string>> = {
  typescript: 'npm install',
  python: 'python3 -m venv .venv && . .venv/bin/activate && pip install -r requirements.txt',
  java: 'mvn -q compile',
  go: 'go mod tidy',
  csharp: 'dotnet restore src/Secrets.Tests',
};

/** Git makes it before anything else is there. */
const NO_CONTENT = ['.git'];

export const INIT: Command = {
  summary: 'writes a small app with a test and a review for its pipeline into this folder, which must be empty',
  operands: '',
  options: {
    language: { type: 'string', value: 'language', help: `${Object.keys(NEXT).join(', ')}; typescript is the default` },
  },
  run: async (given, { directory, print }) => {
    const language = languageOf(given);
    isEmpty(directory);
    filesOf(language).forEach(file => write(language, file, directory));
    print(`The app is in ${directory}. Next:\n\n  ${NEXT[language]}\n  sh pipeline.sh\n\nREADME.md says what it is made of.\n`);
    return EXIT_CODES.fine;
  },
};

function languageOf(given: Given): string {
  if (given.operands.length > 0) throw new ReviewError(`init writes into the folder in which it runs, and takes no ${JSON.stringify(given.operands[0])}`);
  const language = given.text('language') ?? 'typescript';
  if (!Object.hasOwn(NEXT, language)) throw new ReviewError(`there is no app in ${JSON.stringify(language)}; there are: ${Object.keys(NEXT).join(', ')}`);
  return language;
}

function isEmpty(directory: string): void {
  const [first] = readdirSync(directory).filter(entry => !NO_CONTENT.includes(entry));
  if (first !== undefined) throw new ReviewError(`${directory} is not empty, it has ${first}; run init in an empty folder, since it never overwrites a file`);
}

/** Relative to the folder of the language. */
function filesOf(language: string): string[] {
  const folder = path.join(TEMPLATES, language);
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return entries.filter(entry => entry.isFile()).map(({ parentPath, name }) => path.relative(folder, path.join(parentPath, name)));
}

function write(language: string, file: string, directory: string): void {
  const target = path.join(directory, nameInApp(file));
  mkdirSync(path.dirname(target), { recursive: true });
  const text = withVersions(readFileSync(path.join(TEMPLATES, language, file), 'utf8'));
  writeFileSync(target, file === 'cdk.json' ? withFeatureFlags(text) : text, { flag: 'wx' });
}

/** As `cdk init` writes them: a new app begins with every flag that the CDK recommends. */
function withFeatureFlags(text: string): string {
  const context = JSON.parse(readFileSync(require.resolve('aws-cdk-lib/recommended-feature-flags.json'), 'utf8'));
  return `${JSON.stringify({ ...JSON.parse(text), context }, undefined, 2)}\n`;
}

/** npm leaves files out of a package that are called `.gitignore`. */
function nameInApp(file: string): string {
  return file.replace(/^_gitignore$/, '.gitignore');
}

/** `{{aws-cdk-lib}}` is the oldest version that this package works with. */
function withVersions(text: string): string {
  const versions: Record<string, string> = { ...PACKAGE.peerDependencies, [PACKAGE.name]: PACKAGE.version };
  return text.replace(/\{\{([\w-]+)\}\}/g, (_, name: string) => versions[name].replace('^', ''));
}
