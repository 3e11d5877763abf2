import { isDeepStrictEqual } from 'util';
import type { DeployedSecret } from './account';
import type { ResolvedStack, Template } from '../../src/review/assembly/resolved-stack';

/** The secrets of a moment, by name. */
export type Secrets = ReadonlyMap<string, DeployedSecret>;

/** Counts what was checked, and prints each as it is done. No line holds a value. */
export class Checks {
  public passed = 0;
  public failed = 0;

  constructor(public readonly say: (line: string) => void) {}

  public begin(title: string): void {
    this.say(`\n${title}`);
  }

  /** Passes when nothing is wrong. */
  public none(promise: string, wrong: string[]): void {
    if (wrong.length === 0) this.passed++;
    else this.failed++;
    this.say(`  ${wrong.length === 0 ? 'ok  ' : 'FAIL'}  ${promise}${wrong.map(line => `\n        ${line}`).join('')}`);
  }

  public holds(promise: string, isSo: boolean, otherwise = 'it is not so'): void {
    this.none(promise, isSo ? [] : [otherwise]);
  }
}

/** What became of secrets that should be as they were: each that is gone, is another one, or has another value. */
export function lost(before: Secrets, after: Secrets): string[] {
  return [...before].flatMap(([name, was]) => {
    const is = after.get(name);
    if (is === undefined) return [`${name} is gone`];
    if (is.arn !== was.arn) return [`${name} is another secret now`];
    if (is.value !== was.value) return [`${name} has another value`];
    return is.versionId === was.versionId ? [] : [`${name} has another version`];
  });
}

/** Secrets whose resource policy is not, statement by statement, the one that the stack gives them. */
export function unlikeTemplate(stack: ResolvedStack, secrets: Secrets): string[] {
  const unlike = [...secrets].filter(([name, { policy }]) => !isDeepStrictEqual(policy, policyIn(stack, name)));
  return unlike.map(([name]) => `${name} has another policy`);
}

function policyIn({ template, ref }: ResolvedStack, name: string): unknown {
  const of = (kind: string) => Object.entries(template.Resources).filter(([, { Type }]) => Type === `AWS::SecretsManager::${kind}`);
  const secret = of('Secret').find(([, { Properties }]) => Properties!.Name === name)![0];
  return of('ResourcePolicy').find(([, { Properties }]) => Properties!.SecretId === ref(secret))?.[1].Properties!.ResourcePolicy;
}

/**
 * The template as it acts after its stack was created, for an emulator that takes `RetainExceptOnCreate` for `Delete`.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-deletionpolicy.html
 */
export function afterCreation(template: Template): Template {
  const resources = Object.entries(template.Resources).map(([id, resource]) => [
    id, resource.DeletionPolicy === 'RetainExceptOnCreate' ? { ...resource, DeletionPolicy: 'Retain' } : resource,
  ]);
  return { ...template, Resources: Object.fromEntries(resources) };
}

/** Whether a resource of a policy, with its wildcards, stands for an ARN. */
export function covers(pattern: string, arn: string): boolean {
  const expression = pattern.replace(/[.+^${}()|[\]\\]/g, '\\$&').replace(/\*/g, '.*').replace(/\?/g, '.');
  return new RegExp(`^${expression}$`).test(arn);
}
