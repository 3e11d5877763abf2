import { aws_iam as iam, aws_kms as kms, RemovalPolicy } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { addSecretTo, keyAdministration, noGrantsToPrincipals, useThroughSecretsManager } from './key-policy';
import type { RegionalKey } from './multi-region-encryption';
import { renderedSize } from '../../private/policy-size';

export interface ReplicaKeyProps {
  readonly account: string;
  readonly region: string;
  readonly primaryRegion: string;
  readonly primaryKeyArn: string;
  readonly aliasName: string;
  readonly description: string;
  readonly removalPolicy: RemovalPolicy;
  /** ARNs, in any region, of the secrets that the key serves. */
  readonly secretArns: string[];
}

/**
 * The key of a namespace in a replica region: the same key id and the same policy, for that region.
 *
 * Secrets Manager asks for it from the primary's region when it replicates, and from this one when a replica is read.
 *
 * @see https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_ReplicateSecretToRegions.html
 */
export class ReplicaKey extends Construct implements RegionalKey {
  public readonly region: string;
  public readonly keyArn: string;
  public readonly keyId: string;
  public readonly nameForSecrets: string;
  public readonly view: kms.IKey;
  public readonly isOwned = true;
  private readonly policy: iam.PolicyDocument;
  private readonly use: iam.PolicyStatement;

  constructor(scope: Construct, id: string, props: ReplicaKeyProps) {
    super(scope, id);
    this.region = props.region;
    this.nameForSecrets = props.aliasName;
    this.use = useThroughSecretsManager({ account: props.account, region: [props.primaryRegion, props.region] }, props.secretArns);
    this.policy = new iam.PolicyDocument({ statements: [keyAdministration(), this.use, noGrantsToPrincipals()] });
    const resource = new kms.CfnReplicaKey(this, 'Resource', {
      primaryKeyArn: props.primaryKeyArn, description: props.description, keyPolicy: this.policy,
    });
    resource.applyRemovalPolicy(props.removalPolicy);
    this.keyArn = resource.attrArn;
    this.keyId = resource.attrKeyId;
    this.view = kms.Key.fromKeyArn(this, 'View', this.keyArn);
    new kms.Alias(this, 'Alias', { aliasName: props.aliasName, targetKey: this.view });
  }

  /** Allows the key for a secret whose name is outside of the namespace's prefix. */
  public allowUse(secretArn: string): void {
    addSecretTo(this.use, secretArn);
  }

  public addToPolicy(statement: iam.PolicyStatement): void {
    this.policy.addStatements(statement);
  }

  public policySize(): number {
    return renderedSize(this.policy.toJSON());
  }
}
