import {
  type aws_ec2 as ec2, aws_iam as iam, type aws_lambda as lambda, type aws_secretsmanager as secretsmanager, Names, Stack,
} from 'aws-cdk-lib';
import { Construct, type IDependable } from 'constructs';
import { openPath } from './network-path';
import type { OtherSecret, RotationRequest } from './rotation-request';
import type { RotatorLimit } from './rotator-limit';
import type { KeyPermissionRequest } from '../../encryption/private/key-of-secrets';
import { SecretEncryption } from '../../encryption/secret-encryption';
import { acknowledgeInlinePolicy, acknowledgeWildcard } from '../../private/acknowledgement';
import { KMS_DECRYPT, KMS_ENCRYPT_VERSION, SECRET_READ, SECRET_ROTATE } from '../../private/actions';
import { renderedSize } from '../../private/policy-size';
import type { ManagedSecret } from '../../secret/managed-secret';

/** Longest policies of a role, all its inline policies together, in characters without white space. */
const MAX_ROLE_POLICIES_CHARACTERS = 10_240;

/** What a role that runs a function has besides: logs, network interfaces, tracing. */
const OTHER_POLICIES_CHARACTERS = 1_000;

/** Who rotates. */
export interface Rotator {
  readonly construct: Construct;
  readonly rotationFunction: lambda.IFunction;
  readonly role: iam.IRole;
  readonly securityGroups: ec2.ISecurityGroup[];
  readonly vpc?: ec2.IVpc;
  /** What the role is denied, where it is ours. */
  readonly limit?: RotatorLimit;
}

/** What a rotator is allowed, in all stacks whose secrets it rotates. */
export class RotatorAccesses {
  private readonly accesses = new Map<Stack, RotatorAccess>();

  constructor(private readonly rotator: Rotator) {
    rotator.construct.node.addValidation({ validate: () => this.validate() });
  }

  public in(stack: Stack): RotatorAccess {
    const access = this.accesses.get(stack) ?? this.createIn(stack);
    this.accesses.set(stack, access);
    return access;
  }

  private createIn(stack: Stack): RotatorAccess {
    const { construct } = this.rotator;
    return stack === Stack.of(construct)
      ? new RotatorAccess(construct, 'Access', this.rotator)
      : new RotatorAccess(stack, `RotatorAccess${construct.node.addr.slice(-8)}`, this.rotator);
  }

  private validate(): string[] {
    const sizes = [...this.accesses.values()].map(access => access.policySize());
    const size = sizes.reduce((sum, each) => sum + each, OTHER_POLICIES_CHARACTERS + (this.rotator.limit?.size() ?? 0));
    return size <= MAX_ROLE_POLICIES_CHARACTERS ? [] : [
      `the rotator is used by ${sizes.length} stacks, whose permissions have about ${size} characters, `
        + `and a role takes ${MAX_ROLE_POLICIES_CHARACTERS}; `
      + `create a further rotator for some of them, or share a namespace and a superuser [at ${this.rotator.construct.node.path}]`,
    ];
  }
}

/**
 * What a rotator is allowed for the secrets of one stack. It stands in the stack of the secrets and refers to the rotator's, never the
 * other way round, so that a rotator is shared across stacks without a cycle. It has one policy, which grows with the namespaces
 * and the superusers, and not with the secrets.
 */
export class RotatorAccess extends Construct {
  private readonly policy: iam.Policy;
  private readonly allowed = new Set<string>();

  constructor(scope: Construct, id: string, private readonly rotator: Rotator) {
    super(scope, id);
    this.policy = new iam.Policy(this, 'Policy', { roles: [rotator.role], policyName: policyName(this) });
    acknowledgeInlinePolicy(this.policy);
  }

  /** The permissions and the network that a secret's rotation needs: what its schedule must wait for. */
  public grant({ secret, scope, reads, server, statements = [] }: RotationRequest): IDependable[] {
    this.rotator.limit?.include({ secret, scope });
    this.allowSecret(secret, scope);
    reads.forEach(other => this.allowRead(secret, other));
    if (statements.length > 0 && this.isFirst(`elsewhere for ${secret.node.path}`)) this.policy.addStatements(...statements);
    if (server === undefined) return [this.policy];
    const { construct, securityGroups: from, vpc } = this.rotator;
    const { securityGroups: to, port, furtherPorts = [], description } = server;
    return [this.policy, ...[port, ...furtherPorts].flatMap(each => openPath(construct, { from, to, vpc, port: each, description }))];
  }

  /** In characters, as IAM counts them. */
  public policySize(): number {
    return renderedSize(Stack.of(this).resolve(this.policy.document));
  }

  /** Secrets that name another function, or none, stay out of reach, whatever their name. */
  private allowSecret(secret: ManagedSecret, scope: RotationRequest['scope']): void {
    const { namespace } = secret;
    const isCovered = scope === 'namespace' && secret.encryption === namespace.encryption
      && secret._name?.startsWith(namespace.prefix) === true;
    const owner = isCovered ? namespace : secret;
    if (!this.isFirst(owner.node.path)) return;
    const secretArns = [isCovered ? namespace.secretArnForPolicies : arnForPolicies(secret)];
    acknowledgeWildcard(this.policy, secretArns[0],
      'The rotator is allowed the namespace, so that its policy does not grow; a condition leaves it the secrets that name its function.');
    this.policy.addStatements(new iam.PolicyStatement({
      actions: SECRET_ROTATE,
      resources: secretArns,
      conditions: { StringEquals: { 'secretsmanager:resource/AllowRotationLambdaArn': this.rotator.rotationFunction.functionArn } },
    }));
    this.allowKey(secret.encryption, { ...secret.env, actions: KMS_ENCRYPT_VERSION, secretArns });
  }

  private allowRead({ env }: ManagedSecret, { secret, encryption = encryptionOf(secret) }: OtherSecret): void {
    if (!this.isFirst(secret.node.path)) return;
    const secretArns = [arnForPolicies(secret)];
    this.policy.addStatements(new iam.PolicyStatement({ actions: SECRET_READ, resources: secretArns }));
    this.allowKey(encryption, { ...env, actions: KMS_DECRYPT, secretArns });
  }

  private allowKey(encryption: SecretEncryption, use: Omit<KeyPermissionRequest, 'scope'>): void {
    const permission = encryption._permission({ ...use, scope: this });
    if (permission === undefined) return;
    this.policy.addStatements(new iam.PolicyStatement({ ...permission, resources: permission.resourceArns }));
    for (const keyArn of permission.resourceArns) {
      acknowledgeWildcard(this.policy, keyArn, 'The key is known by its alias alone: a condition on kms:ResourceAliases leaves that one '
        + 'key of them all.');
    }
  }

  private isFirst(path: string): boolean {
    if (this.allowed.has(path)) return false;
    this.allowed.add(path);
    return true;
  }
}

/** A policy that CDK names has the same name in two stacks of the same construct ids, and the second would take the first one's place. */
function policyName(scope: Construct): string {
  return `${Names.uniqueResourceName(scope, { maxLength: 100 })}-${Stack.of(scope).region}`;
}

/** The key of a secret, as far as it is known. */
export function encryptionOf(secret: secretsmanager.ISecret): SecretEncryption {
  const { encryption } = secret as secretsmanager.ISecret & { encryption?: SecretEncryption };
  if (encryption) return encryption;
  return secret.encryptionKey ? SecretEncryption.customerManagedKey(secret.encryptionKey) : SecretEncryption.awsManagedKey();
}

interface KnownArns {
  readonly _arnWithoutUser: string;
  readonly secretArnForPolicies: string;
}

/**
 * As a policy must name it: with a pattern for the suffix, where that is not known. What makes a user waits for this policy, which must not
 * wait for the user.
 */
export function arnForPolicies(secret: secretsmanager.ISecret): string {
  const { _arnWithoutUser, secretArnForPolicies } = secret as secretsmanager.ISecret & Partial<KnownArns>;
  return _arnWithoutUser ?? secretArnForPolicies ?? secret.secretFullArn ?? `${secret.secretArn}-??????`;
}
