import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'fs';
import { tmpdir } from 'os';
import * as path from 'path';
import recommendedFeatureFlags from 'aws-cdk-lib/recommended-feature-flags.json';
import { comparedFiles, differences, verdicts } from './assembly';
import { APPS, Language } from './language';
import type { Step } from './report';
import { isAtHand, run } from './run';

/** What became of one language. */
export interface Proof {
  readonly title: string;
  /** Programs that are not on this machine; then nothing was run. */
  readonly missing?: string;
  /** The seconds of each step that passed, or `failed`. */
  readonly steps: Partial<Record<Step, string>>;
  readonly failure?: string;
  readonly limits: readonly string[];
  /** What the user sees, by mistake. */
  readonly seen: Record<string, string>;
}

/** What was synthesized, and what the validation plugins said. */
interface Synthesized {
  readonly assembly: string;
  readonly verdicts: readonly string[];
}

/** A mistake is refused in words that name what is wrong, by the library, by jsii or by the language; or it is taken, as null for an optional prop is. */
const NAMED: Record<string, RegExp> = {
  'a required prop is left out': /service/i,
  'a required prop is null': /service/i,
  'a text has the wrong form': /`environment` must be .*\[at Orders\/Secrets\]/,
  'an optional prop is null': /^taken$|`encryption` must be .*\[at Orders\/Secrets\]/,
  'an object of another class': /encryption/,
  'an element of a list is null': /guard_?rails/i,
  'no namespace in the scope': /`namespace` must be given.*\[at Orders\/Secret\]/,
};
/** The compiler of these takes no object of another class, so that no program makes that mistake. */
const COMPILED = ['Java', 'Go', '.NET'];

/** Proves one language after the other; the first is what the others are compared with. */
export class Prover {
  private base?: Synthesized;
  private count = 0;

  public prove(language: Language): Proof {
    const missing = language.programs.filter(program => !isAtHand(program));
    const proof = { title: language.title, steps: {}, seen: {}, limits: [] };
    return missing.length > 0 ? { ...proof, missing: missing.join(', ') } : this.proveHere(language);
  }

  private proveHere(language: Language): Proof {
    this.count++;
    const { title } = language;
    const folder = copyOf(language.name);
    const steps: Partial<Record<Step, string>> = {};
    const timed = <T>(step: Step, action: () => T): T => {
      const start = Date.now();
      steps[step] = 'failed';
      const result = action();
      steps[step] = `${Math.max(1, Math.round((Date.now() - start) / 1000))} s`;
      return result;
    };
    let seen: Record<string, string> = {};
    try {
      timed('built', () => language.build());
      timed('installed', () => language.install(folder));
      timed('checked', () => language.check(folder));
      const synthesized = timed('synthesized', () => synthesize(language, folder));
      steps.equal = this.compare(synthesized);
      seen = timed('mistakes', () => mistakesOf(language, folder));
      return { title, steps, seen, limits: language.limits?.(folder) ?? [] };
    } catch (error) {
      return { title, steps, seen, limits: [], failure: (error as Error).message };
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }

  /** Fails on a difference; answers how many files are the same. */
  private compare(synthesized: Synthesized): string {
    if (this.count === 1) this.base = synthesized;
    if (this.base === undefined) throw new Error('there is nothing to compare with, because the first language has failed');
    const [mine, theirs] = [synthesized.verdicts.join(', '), this.base.verdicts.join(', ')];
    const different = differences(synthesized.assembly, this.base.assembly);
    if (different.length > 0) throw new Error(`differ from those of the first language: ${different.join(', ')}`);
    if (mine !== theirs || !mine.includes('RoomToGrow success')) throw new Error(`the validation plugins said ${mine || 'nothing'}, and not ${theirs}`);
    return synthesized === this.base ? 'the base' : `${comparedFiles(synthesized.assembly).length} files`;
  }
}

/** A copy, so that nothing is installed into the repository; `node_modules` above it would be found otherwise. */
function copyOf(name: string): string {
  const folder = mkdtempSync(path.join(tmpdir(), `languages-${name}-`));
  cpSync(path.join(APPS, name), folder, { recursive: true });
  return folder;
}

/** Runs the command of `cdk.json`, as `cdk synth` does, with the feature flags of a new app. */
function synthesize({ environment, name }: Language, folder: string): Synthesized {
  const assembly = mkdtempSync(path.join(tmpdir(), `languages-${name}-out-`));
  const heard = path.join(folder, 'heard.txt');
  const { app } = JSON.parse(readFileSync(path.join(folder, 'cdk.json'), 'utf8')) as { app: string };
  const env = {
    ...environment?.(folder),
    CDK_OUTDIR: assembly,
    CDK_CONTEXT_JSON: JSON.stringify(recommendedFeatureFlags),
    NODE_OPTIONS: `--require ${JSON.stringify(path.join(__dirname, 'hear.cjs'))}`,
    LANGUAGES_HEARD: heard,
  };
  run(['sh', '-c', app], { cwd: folder, env });
  return { verdicts: verdicts(readFileSync(heard, 'utf8')), assembly };
}

/** A line for each mistake, among others; Maven begins with what resets the colour of a terminal. */
export function seenIn(output: string): Record<string, string> {
  const lines = output.replace(/\p{Cc}\[\d*m/gu, '').split('\n').filter(line => line.includes('\t'));
  return Object.fromEntries(lines.map(line => line.split('\t'))) as Record<string, string>;
}

/** Fails when a mistake is not named in what the user sees. */
function mistakesOf(language: Language, folder: string): Record<string, string> {
  const program = path.join(__dirname, 'mistakes', language.name);
  if (!existsSync(program)) throw new Error(`tools/languages/mistakes/${language.name} is missing`);
  cpSync(program, folder, { recursive: true });
  const seen = seenIn(language.mistakes(folder));
  for (const [mistake, named] of Object.entries(NAMED)) {
    if (mistake === 'an object of another class' && COMPILED.includes(language.title)) continue;
    if (!named.test(seen[mistake] ?? '')) throw new Error(`${mistake}: the user sees ${JSON.stringify(seen[mistake])}, which does not say ${named}`);
  }
  return seen;
}
