import type { ResolvedStack } from '../assembly/resolved-stack';
import { namesOf, Secret } from '../model/model';
import type { Placed } from '../model/placed';

/** A resource that asks for one version of a secret. */
export interface Pinned extends Pick<Placed, 'stack' | 'logicalId'> {
  readonly secret: Secret;
  /** The version, or the staging label. */
  readonly version: string;
}

const SECRET = '((?:arn:[^:}]+:secretsmanager:[^:}]*:[^:}]*:secret:)?[^:{}]+)';
/** A secret, a field, a staging label and a version, as Amazon ECS, AWS Batch and AWS CodeBuild take them. */
const BY_ARGUMENT = new RegExp(`^${SECRET}:[^:]*:([^:]*):?([^:]*)$`);
/** The same in a dynamic reference of CloudFormation. */
const BY_REFERENCE = new RegExp(`\\{\\{resolve:secretsmanager:${SECRET}:SecretString:[^:}]*:([^:}]*):?([^:}]*)\\}\\}`, 'g');

/** Resources that ask for one version of one of these secrets. */
export function pinnedVersionsIn(stacks: ResolvedStack[], secrets: Secret[]): Pinned[] {
  if (secrets.length === 0) return [];
  const names = namesOf(secrets);
  return stacks.flatMap(stack => Object.entries(stack.template.Resources).flatMap(([logicalId, { Properties }]) =>
    textsIn(Properties).flatMap(text => asked(text)).flatMap(([, name, label, id]) => {
      const secret = names.get(name) ?? names.get(`${stack.account}/${stack.region}/${name}`);
      const version = id || (label === 'AWSCURRENT' ? '' : label);
      return secret === undefined || version === '' ? [] : [{ stack, logicalId, secret, version }];
    })));
}

function asked(text: string): RegExpMatchArray[] {
  const argument = BY_ARGUMENT.exec(text);
  return argument === null ? [...text.matchAll(BY_REFERENCE)] : [argument];
}

function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return value.includes(':') ? [value] : [];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
}
