import * as path from 'path';

export const ROOT = path.resolve(__dirname, '../..');
/** Where jsii-pacmak puts the packages, a folder for each language. */
export const DIST = path.join(ROOT, 'dist');
/** An app for each language, all the same. */
export const APPS = path.join(ROOT, 'examples/languages');

/** How the users of one language get the package and work with it. Each step fails with an error that holds what was printed. */
export interface Language {
  /** Its folder in `examples/languages` and in `tools/languages/mistakes`. */
  readonly name: string;
  readonly title: string;
  /** The programs that must be there. */
  readonly programs: readonly string[];
  /** Makes the package in `dist`. */
  build(): void;
  /** Installs it from there into a copy of the app. */
  install(folder: string): void;
  /** Compiles the app with every warning as an error, and runs what else the users of the language check with. */
  check(folder: string): void;
  /** What the command in the app's `cdk.json` needs in its environment. */
  environment?(folder: string): NodeJS.ProcessEnv;
  /** Runs the program of wrong calls, and answers what it printed: a line for each, `<mistake>\t<what the user sees>`. */
  mistakes(folder: string): string;
  /** What differs from a user's machine, found out while installing. */
  limits?(folder: string): string[];
}
