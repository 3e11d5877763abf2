import { statSync } from 'fs';
import type { CloudAssembly } from 'aws-cdk-lib/cx-api';
import { Resource, resolveTemplates } from '../templates';

/** What the templates of one app hold. */
export interface Sizes {
  readonly resources: number;
  /** Without the roles and policies of the readers. */
  readonly resourcesBesidesReaders: number;
  /** Of the largest key policy, as KMS gets it. */
  readonly keyPolicyBytes: number;
  /** Of the largest policy of one reader, as IAM gets it. */
  readonly readerPolicyBytes: number;
  /** Of all template files. */
  readonly templateBytes: number;
  /** One secret without its key, to see that the contenders make the same. */
  readonly secret: unknown;
}

/** Reads the templates of an app with that many secrets, and fails when they do not hold them. */
export function sizesOf(assembly: CloudAssembly, secrets: number): Sizes {
  const resources = resolveTemplates(assembly).flatMap(({ template }) => Object.values(template.Resources));
  const ofType = (type: string) => resources.filter(({ Type }) => Type === type);
  const [roles, policies] = [ofType('AWS::IAM::Role'), ofType('AWS::IAM::Policy')];
  for (const [what, found] of [['secrets', ofType('AWS::SecretsManager::Secret')], ['roles', roles], ['role policies', policies]] as const) {
    if (found.length !== secrets) {
      throw new Error(`the templates must hold ${secrets} ${what}, but they hold ${found.length}; correct the contender`);
    }
  }
  return {
    resources: resources.length,
    resourcesBesidesReaders: resources.length - roles.length - policies.length,
    keyPolicyBytes: largest(ofType('AWS::KMS::Key'), 'KeyPolicy'),
    readerPolicyBytes: largest(policies, 'PolicyDocument'),
    templateBytes: assembly.stacks.reduce((sum, { templateFullPath }) => sum + statSync(templateFullPath).size, 0),
    secret: withoutKey(ofType('AWS::SecretsManager::Secret')[0]),
  };
}

function largest(resources: Resource[], property: string): number {
  return Math.max(...resources.map(({ Properties }) => Buffer.byteLength(JSON.stringify(Properties![property]))));
}

function withoutKey({ Properties, ...attributes }: Resource): unknown {
  const { KmsKeyId: _, ...properties } = Properties!;
  return { ...attributes, Properties: properties };
}
