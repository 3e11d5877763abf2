import { aws_iam as iam, aws_kms as kms, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { addSecretTo, keyAdministration, keyReplication, noGrantsToPrincipals, useThroughSecretsManager } from './key-policy';

export interface SecretsKeyProps {
  /** Absent where the alias stands elsewhere. */
  readonly aliasName?: string;
  readonly description: string;
  readonly removalPolicy: RemovalPolicy;
  /** ARNs of the secrets that the key serves. */
  readonly secretArns: string[];
  /** Regions that may have a replica of the key; it is a multi-Region primary key then. */
  readonly replicaRegions?: string[];
}

/**
 * The customer managed key of a namespace: administered by the account, used through Secrets Manager for the namespace's
 * secrets, and by nobody in any other way. Its policy has the same size for one secret and for a thousand.
 */
export class SecretsKey extends kms.Key {
  private readonly _use: iam.PolicyStatement;

  constructor(scope: Construct, id: string, props: SecretsKeyProps) {
    const { account, region } = Stack.of(scope);
    const use = useThroughSecretsManager({ account, region }, props.secretArns);
    const replication = props.replicaRegions ? [keyReplication(props.replicaRegions)] : [];
    super(scope, id, {
      alias: props.aliasName,
      multiRegion: props.replicaRegions && true,
      description: props.description,
      removalPolicy: props.removalPolicy,
      enableKeyRotation: true,
      rotationPeriod: Duration.days(365),
      policy: new iam.PolicyDocument({ statements: [keyAdministration(), ...replication, use, noGrantsToPrincipals()] }),
    });
    this._use = use;
  }

  /** Allows the key for a secret whose name is outside of the namespace's prefix. */
  public _allowUse(secretArn: string): void {
    addSecretTo(this._use, secretArn);
  }
}
