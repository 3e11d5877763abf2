import { aws_ec2 as ec2, aws_iam as iam, type aws_lambda as lambda, aws_secretsmanager as secretsmanager, Stack } from 'aws-cdk-lib';
import { Construct, type IDependable } from 'constructs';
import { openPath } from './network-path';
import { type KeyPermissionRequest, SecretEncryption } from '../../access/secret-encryption';
import { KMS_DECRYPT, KMS_ENCRYPT_VERSION, SECRET_READ, SECRET_ROTATE } from '../../private/actions';
import type { ManagedSecret } from '../../secret/managed-secret';
import type { RotationRequest } from '../database-rotator-props';
import type { AlternatingUsersOptions } from '../rotation-strategy';

/** Who rotates. */
export interface Rotator {
  readonly construct: Construct;
  readonly rotationFunction: lambda.IFunction;
  readonly role: iam.IRole;
  readonly securityGroups: ec2.ISecurityGroup[];
}

/**
 * What a rotator is allowed for the secrets of one stack. It stands in the stack of the secrets and refers to the rotator's, never the
 * other way round, so that a rotator is shared across stacks without a cycle. It has one policy, which grows with the namespaces
 * and the superusers, and not with the secrets.
 */
export class RotatorAccess extends Construct {
  public static of(rotator: Rotator, secret: ManagedSecret): RotatorAccess {
    const stack = Stack.of(secret);
    const isOwn = stack === Stack.of(rotator.construct);
    const [scope, id] = isOwn ? [rotator.construct, 'Access'] : [stack, `RotatorAccess${rotator.construct.node.addr.slice(-8)}`];
    return scope.node.tryFindChild(id) as RotatorAccess | undefined ?? new RotatorAccess(scope, id, rotator);
  }

  private readonly policy: iam.Policy;
  private readonly allowed = new Set<string>();

  private constructor(scope: Construct, id: string, private readonly rotator: Rotator) {
    super(scope, id);
    this.policy = new iam.Policy(this, 'Policy', { roles: [rotator.role] });
  }

  /** The permissions and the network that a secret's rotation needs: what its schedule must wait for. */
  public admit({ secret, target, strategy, scope }: RotationRequest): IDependable[] {
    this.allowSecret(secret, scope);
    if (strategy._alternatingUsers) this.allowSuperuser(secret, strategy._alternatingUsers);
    return [this.policy, ...openPath(this, {
      from: this.rotator.securityGroups,
      to: target.connections?.securityGroups ?? [],
      port: target.connections?.defaultPort ?? ec2.Port.tcp(target.engine.defaultPort),
      description: `Rotation of ${target.engine.name} credentials`,
    })];
  }

  /** Secrets that name another function, or none, stay out of reach, whatever their name. */
  private allowSecret(secret: ManagedSecret, scope: RotationRequest['scope']): void {
    const { namespace } = secret;
    const isCovered = scope === 'namespace' && secret.encryption === namespace.encryption && secret._name?.startsWith(namespace.prefix) === true;
    const owner = isCovered ? namespace : secret;
    if (!this.isFirst(owner.node.path)) return;
    const secretArns = [owner.secretArnForPolicies];
    this.policy.addStatements(new iam.PolicyStatement({
      actions: SECRET_ROTATE,
      resources: secretArns,
      conditions: { StringEquals: { 'secretsmanager:resource/AllowRotationLambdaArn': this.rotator.rotationFunction.functionArn } },
    }));
    this.allowKey(secret.encryption, { ...secret.env, actions: KMS_ENCRYPT_VERSION, secretArns });
  }

  private allowSuperuser(secret: ManagedSecret, options: AlternatingUsersOptions): void {
    const { superuserSecret } = options;
    if (!this.isFirst(superuserSecret.node.path)) return;
    const secretArns = [arnForPolicies(superuserSecret)];
    this.policy.addStatements(new iam.PolicyStatement({ actions: SECRET_READ, resources: secretArns }));
    this.allowKey(encryptionOf(options), { ...secret.env, actions: KMS_DECRYPT, secretArns });
  }

  private allowKey(encryption: SecretEncryption, use: Omit<KeyPermissionRequest, 'scope'>): void {
    const permission = encryption._permission({ ...use, scope: this });
    if (permission) this.policy.addStatements(new iam.PolicyStatement({ ...permission, resources: permission.resourceArns }));
  }

  private isFirst(path: string): boolean {
    if (this.allowed.has(path)) return false;
    this.allowed.add(path);
    return true;
  }
}

/** The key of the superuser's secret, as far as it is known. */
export function encryptionOf({ superuserSecret, superuserEncryption }: AlternatingUsersOptions): SecretEncryption {
  if (superuserEncryption) return superuserEncryption;
  const { encryption } = superuserSecret as secretsmanager.ISecret & { encryption?: SecretEncryption };
  if (encryption) return encryption;
  return superuserSecret.encryptionKey ? SecretEncryption.customerManagedKey(superuserSecret.encryptionKey) : SecretEncryption.awsManagedKey();
}

function arnForPolicies(secret: secretsmanager.ISecret): string {
  const { secretArnForPolicies } = secret as secretsmanager.ISecret & { secretArnForPolicies?: string };
  return secretArnForPolicies ?? secret.secretFullArn ?? `${secret.secretArn}-??????`;
}
