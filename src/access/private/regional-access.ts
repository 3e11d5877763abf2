import { Resource, Stack, Stage } from 'aws-cdk-lib';
import type { aws_iam as iam } from 'aws-cdk-lib';
import { Construct, IConstruct } from 'constructs';
import type { SecretEncryption } from '../../encryption/secret-encryption';
import { dependsOn, deployStackAfter } from '../../private/stack-order';

/**
 * The replicas of a secret, or of all secrets of a namespace, in one region: they have an ARN and a key of their own.
 *
 * @internal
 */
export interface RegionalAccess {
  readonly region: string;
  /** ARNs, or patterns of ARNs, for the policies of grantees. */
  readonly secretArns: string[];
  /** Pattern of the ARNs by names, without a reference. */
  readonly arnPattern: string;
  readonly encryption: SecretEncryption;
}

/**
 * Lets what reads a secret wait for it. Stacks of other regions name the secret without a reference, from which the CDK would
 * know the order. Where the secret waits for the grantee already, or lies in another stage, the order is left alone.
 */
export function deployAfter(grantee: iam.IGrantable, producer: IConstruct): void {
  const consumer = Construct.isConstruct(grantee) ? grantee : grantee.grantPrincipal;
  if (!Construct.isConstruct(consumer) || !Resource.isResource(consumer)) return;
  const [after, before] = [Stack.of(consumer), Stack.of(producer)];
  if (after.region === before.region || Stage.of(after) !== Stage.of(before) || dependsOn(before, after)) return;
  deployStackAfter(after, before, 'it reads a secret of that stack');
}
