import { aws_iam as iam, Lazy, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { RotationRequest } from './rotation-request';
import { renderedSize } from '../../private/policy-size';
import type { ManagedSecret } from '../../secret/managed-secret';

/** Without these no step does anything. `GetSecretValue` is left out: the superusers' secrets may be of any stack. */
const ACTIONS = ['secretsmanager:DescribeSecret', 'secretsmanager:PutSecretValue', 'secretsmanager:UpdateSecretVersionStage'];

/**
 * Denies the role of a rotator all secrets but those that name it as their rotator. In one account a secret's own policy is enough to
 * allow the role, and whoever owns that secret would have the function log in at a server of their own, with a superuser of their choice.
 *
 * The statement stands in the stack of the rotator and names secrets by the patterns of their names: a reference would make a cycle. It
 * grows with the namespaces, and with secrets of other names.
 */
export class RotatorLimit {
  private readonly patterns = new Set<string>();

  constructor(private readonly scope: Construct, private readonly role: iam.IRole) {}

  public include({ secret, scope }: Pick<RotationRequest, 'secret' | 'scope'>): void {
    if (this.patterns.size === 0) this.role.addToPrincipalPolicy(this.statement());
    this.patterns.add(scope === 'namespace' ? patternOf(secret) : secret._arnPattern);
  }

  /** In characters, as IAM counts them. */
  public size(): number {
    return this.patterns.size === 0 ? 0 : renderedSize(Stack.of(this.scope).resolve(this.statement().toStatementJson()));
  }

  private statement(): iam.PolicyStatement {
    const notResources = Lazy.list({ produce: () => [...this.patterns] });
    return new iam.PolicyStatement({ sid: 'OnlySecretsThatNameThisRotator', effect: iam.Effect.DENY, actions: ACTIONS, notResources });
  }
}

/** One pattern for all secrets of a namespace, and one for each that has another name; neither refers to a resource. */
export function patternOf(secret: ManagedSecret): string {
  const { namespace } = secret;
  return secret._name?.startsWith(namespace.prefix) ? namespace.secretArnForPolicies : secret._arnPattern;
}
