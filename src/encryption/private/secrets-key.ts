import { aws_iam as iam, aws_kms as kms, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { addSecretTo, keyAdministration, keyReplication, noGrantsToPrincipals, useThroughSecretsManager } from './key-policy';
import { type Decided, requireAsDecided } from '../../private/property-injection';
import { hasRemovalPolicy } from '../../private/removal-policy';

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
 * secrets, and by nobody in any other way. Its policy has the same size for one secret and for a thousand. A property injector of the L2
 * `Key` does not change that.
 */
export class SecretsKey extends kms.Key {
  private readonly _use: iam.PolicyStatement;

  constructor(scope: Construct, id: string, props: SecretsKeyProps) {
    const { account, region } = Stack.of(scope);
    const use = useThroughSecretsManager({ account, region }, props.secretArns);
    const replication = props.replicaRegions ? [keyReplication(props.replicaRegions)] : [];
    const policy = new iam.PolicyDocument({ statements: [keyAdministration(), ...replication, use, noGrantsToPrincipals()] });
    const ours = JSON.stringify(policy);
    super(scope, id, {
      ...UNDEFINED_BY_US,
      alias: props.aliasName,
      multiRegion: props.replicaRegions && true,
      description: props.description,
      removalPolicy: props.removalPolicy,
      enableKeyRotation: true,
      rotationPeriod: Duration.days(365),
      policy,
    });
    requireAsDecided(this.node.path, 'Key', decidedFor(this, props, this.policy === policy && JSON.stringify(policy) === ours));
    this._use = use;
  }

  /** Allows the key for a secret whose name is outside of the namespace's prefix. */
  public _allowUse(secretArn: string): void {
    addSecretTo(this._use, secretArn);
  }
}

/** Given as undefined, so that a property injector of the L2 that gives defaults alone does not set them. */
const UNDEFINED_BY_US: kms.KeyProps = { enabled: undefined, keySpec: undefined, keyUsage: undefined, admins: undefined };

/** Description, waiting period and the period of the yearly rotation are left to a property injector. */
function decidedFor({ node }: kms.Key, { aliasName, replicaRegions, removalPolicy }: SecretsKeyProps, isPolicyKept: boolean): Decided[] {
  const resource = node.defaultChild as kms.CfnKey;
  const alias = node.tryFindChild('Alias')?.node.defaultChild as kms.CfnAlias | undefined;
  const is = (prop: keyof kms.KeyProps, isKept: boolean) => ({
    prop,
    isKept,
    remedy: 'give the namespace a key of your own as `encryption` '
    + 'where it must differ',
  });
  return [
    is('policy', isPolicyKept),
    is('enabled', resource.enabled !== false),
    is('keySpec', (resource.keySpec ?? kms.KeySpec.SYMMETRIC_DEFAULT) === kms.KeySpec.SYMMETRIC_DEFAULT),
    is('keyUsage', (resource.keyUsage ?? kms.KeyUsage.ENCRYPT_DECRYPT) === kms.KeyUsage.ENCRYPT_DECRYPT),
    is('enableKeyRotation', resource.enableKeyRotation === true),
    is('multiRegion', resource.multiRegion === (replicaRegions && true)),
    is('alias', aliasName === undefined || alias?.aliasName === aliasName),
    is('removalPolicy', hasRemovalPolicy(resource, removalPolicy)),
  ];
}
