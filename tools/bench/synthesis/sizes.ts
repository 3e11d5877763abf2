import { statSync } from 'fs';
import type { CloudAssembly } from 'aws-cdk-lib/cx-api';
import { resolveTemplates } from '../../../src/review/assembly/resolve-templates';
import type { Resource } from '../../../src/review/assembly/resolved-stack';
import { ROTATION_TAGS } from '../../../src/rotation/contract/tags';

/** What the templates of one app hold. */
export interface Sizes {
  /** The templates, of which each is a stack. */
  readonly stacks: number;
  readonly resources: number;
  /** Without the roles and their policies. */
  readonly resourcesBesidesRoles: number;
  /** Of the largest key policy, as KMS gets it. */
  readonly keyPolicyBytes: number;
  /** Of all policies of the role that has the most, as IAM gets them, without AWS's own managed policies. */
  readonly rolePolicyBytes: number;
  /** Of all template files. */
  readonly templateBytes: number;
  /** One secret without its key and without the tags that say where its database is, to see that the contenders make the same. */
  readonly secret: unknown;
}

const ROLE = 'AWS::IAM::Role';
/** The second is what aws-cdk-lib makes of what does not fit into the first. */
const ROLE_POLICIES = ['AWS::IAM::Policy', 'AWS::IAM::ManagedPolicy'];

/** Reads the templates of an app with that many secrets, and fails when they do not hold one resource of each type for each. */
export function sizesOf(assembly: CloudAssembly, perSecret: string[], secrets: number): Sizes {
  const resources = resolveTemplates(assembly).flatMap(({ template }) => Object.values(template.Resources));
  const ofType = (...types: string[]) => resources.filter(({ Type }) => types.includes(Type));
  for (const type of perSecret) {
    const found = ofType(type).length;
    if (found !== secrets) throw new Error(`the templates must hold ${secrets} ${type}, but they hold ${found}; correct the contender`);
  }
  return {
    stacks: assembly.stacks.length,
    resources: resources.length,
    resourcesBesidesRoles: resources.length - ofType(ROLE, ...ROLE_POLICIES).length,
    keyPolicyBytes: Math.max(...ofType('AWS::KMS::Key').map(({ Properties }) => bytes(Properties!.KeyPolicy))),
    rolePolicyBytes: Math.max(...bytesByRole(ofType(...ROLE_POLICIES)).values()),
    templateBytes: assembly.stacks.reduce((sum, { templateFullPath }) => sum + statSync(templateFullPath).size, 0),
    secret: comparable(ofType('AWS::SecretsManager::Secret')[0]),
  };
}

/** Each policy here is that of one role. */
function bytesByRole(policies: Resource[]): Map<string, number> {
  const sums = new Map<string, number>();
  for (const { Properties } of policies) {
    const [role] = Properties!.Roles;
    sums.set(role, (sums.get(role) ?? 0) + bytes(Properties!.PolicyDocument));
  }
  return sums;
}

function bytes(document: unknown): number {
  return Buffer.byteLength(JSON.stringify(document));
}

function comparable({ Properties, ...attributes }: Resource): unknown {
  const { KmsKeyId: _, Tags: tags, ...properties } = Properties!;
  const ofRotation: string[] = Object.values(ROTATION_TAGS);
  return { ...attributes, Properties: { ...properties, Tags: tags.filter(({ Key }: { Key: string }) => !ofRotation.includes(Key)) } };
}
