import { aws_secretsmanager as secretsmanager, type ResourceEnvironment, Token } from 'aws-cdk-lib';
import { Construct, type IConstruct } from 'constructs';
import type { SecretReader } from './secret-reader';
import {
  closeToOthers, ownersHalf, requireAllReaders, requireShareable, share, type Shareable, type SharedActions, statementsAsJson,
} from '../access/private/sharing';
import type { ISecretNamespace } from '../namespace/secret-namespace-props';
import { KMS_DECRYPT, KMS_ENCRYPT_VERSION, SECRET_READ, SECRET_WRITE } from '../private/actions';
import { fail, pathOf } from '../private/errors';
import { withInjected } from '../private/property-injection';
import { SHARED_WITH_METADATA } from '../private/shared-with';
import { requireEachMade, requirePartition, requireSome } from '../private/validation';
import type { IManagedSecret } from '../secret/managed-secret-props';

/** Properties of `CrossAccountSecretPolicy`. */
export interface CrossAccountSecretPolicyProps {
  /**
   * Who may read, in other accounts.
   *
   * @default - nobody but `readWriters`, of whom there must be one then
   */
  readonly readers?: SecretReader[];

  /**
   * Who may read, store values and move staging labels, in other accounts.
   *
   * @default - nobody
   */
  readonly readWriters?: SecretReader[];

  /**
   * Whether everybody but these readers, the owner's account and AWS services is denied, whatever else the resource policy
   * allows, now or later. All readers then stand in this one policy: sharing with others is an error.
   *
   * @default false
   */
  readonly denyOthers?: boolean;
}

/**
 * The owner's half of a read across accounts: the resource policy of the secret, and the policy of its key. The reader's half is
 * a grant in the reader's own app, on `ManagedSecret.fromNamespace` with `sharedByOwner`.
 *
 * @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/auth-and-access_examples_cross.html
 *
 * @example
 * const secrets = new SecretNamespace(this, 'Secrets', { environment: 'prod', service: 'payments' });
 * const apiKey = new ManagedSecret(this, 'ApiKey', { namespace: secrets, purpose: 'stripe/api_key' });
 * CrossAccountSecretPolicy.forSecret(this, 'Share', apiKey, {
 *   readers: [SecretReader.role('arn:aws:iam::444455556666:role/reporting')],
 * });
 */
export class CrossAccountSecretPolicy extends Construct {
  /** The name of this class for a property injector. */
  public static readonly PROPERTY_INJECTION_ID: string = 'cdk-managed-secrets.CrossAccountSecretPolicy';

  /**
   * Share one secret.
   *
   * @param secret a `ManagedSecret` of this app
   */
  public static forSecret(
    scope: Construct, id: string, secret: secretsmanager.ISecret, props: CrossAccountSecretPolicyProps,
  ): CrossAccountSecretPolicy {
    return new CrossAccountSecretPolicy(scope, id, { what: 'secret', given: secret }, props);
  }

  /**
   * Share every secret of a namespace, present and future: those below its prefix, under its key.
   *
   * @param namespace a `SecretNamespace` of this app
   */
  public static forNamespace(
    scope: Construct, id: string, namespace: ISecretNamespace, props: CrossAccountSecretPolicyProps,
  ): CrossAccountSecretPolicy {
    return new CrossAccountSecretPolicy(scope, id, { what: 'namespace', given: namespace }, props);
  }

  private constructor(scope: Construct, id: string, owned: Owned, props: CrossAccountSecretPolicyProps) {
    props = withInjected(CrossAccountSecretPolicy.PROPERTY_INJECTION_ID, scope, id, props);
    const path = pathOf(scope, id);
    requireMadeReaders(path, props);
    const shared = sharedOf(path, owned, props);
    const groups = groupsOf(props);
    const everybody = groups.flatMap(({ readers }) => readers);
    requireReaders(path, shared.env, everybody);
    groups.forEach(({ readers, actions }) => requireShareable(shared, path, readers, actions));
    if (props.denyOthers) requireAllReaders(shared, path, everybody);
    super(scope, id);
    groups.forEach(({ readers, actions }) => share(shared, path, readers, actions));
    if (props.denyOthers) closeToOthers(shared, path, everybody);
    this.node.addMetadata(SHARED_WITH_METADATA, everybody.map(({ _identity: { account, value } }) => account ?? value));
    const encryptions = [shared, ...shared._replicas].map(each => each.encryption);
    this.node.addValidation({ validate: () => tooLarge(this, Math.max(...encryptions.map(each => each._key.keyPolicySize()))) });
  }
}

/** Longest key policy that KMS accepts, in bytes; ours is ASCII. */
const MAX_KEY_POLICY_BYTES = 32_768;

function tooLarge(policy: CrossAccountSecretPolicy, size: number): string[] {
  return size <= MAX_KEY_POLICY_BYTES ? [] : [
    `the key policy must have at most ${MAX_KEY_POLICY_BYTES} bytes, got ${size}; `
    + `share the namespace instead of its secrets, or name an organization instead of its accounts [at ${policy.node.path}]`,
  ];
}

/** Those who may do the same. */
interface Group {
  readonly readers: SecretReader[];
  readonly actions: SharedActions;
}

function groupsOf({ readers = [], readWriters = [] }: CrossAccountSecretPolicyProps): Group[] {
  return [
    { readers, actions: { onSecret: SECRET_READ, onKey: KMS_DECRYPT } },
    { readers: readWriters, actions: { onSecret: [...SECRET_READ, ...SECRET_WRITE], onKey: KMS_ENCRYPT_VERSION } },
  ].filter(group => group.readers.length > 0);
}

/** What a factory was given. JavaScript may give nothing, or something of somebody else's. */
interface Owned {
  readonly what: 'secret' | 'namespace';
  readonly given: secretsmanager.ISecret | ISecretNamespace | undefined;
}

const NAMES_OF_OURS = { secret: 'ManagedSecret', namespace: 'SecretNamespace' };

/** What is to be shared, when it is this app's to share. */
function sharedOf(path: string, { what, given }: Owned, props: CrossAccountSecretPolicyProps): Shareable {
  const shared = given as (IConstruct & Partial<Shareable>) | undefined;
  if (shared?._addToResourcePolicies !== undefined) return shared as Shareable;
  return fail(path, `\`${what}\` must be a ${NAMES_OF_OURS[what]} of this app, because its policies have to let the readers in; `
    + `create this construct in the app of the owner${byHand(given, props)}`);
}

/** What the owner of an import would add; nothing is known of the key of a plain L2 secret. */
function byHand(given: Owned['given'], props: CrossAccountSecretPolicyProps): string {
  const imported = given as ISecretNamespace | IManagedSecret | undefined;
  if (imported?.secretArnForPolicies === undefined) return '';
  const halves = groupsOf(props).map(({ readers, actions }) => ownersHalf(imported.env, imported.secretArnForPolicies, readers, actions));
  return `, or have its owner add ${statementsAsJson(imported, halves.flatMap(({ onSecret }) => onSecret))} to the resource policy and `
    + `${statementsAsJson(imported, halves.flatMap(({ onKey }) => onKey))} to the key policy`;
}

function requireMadeReaders(path: string, { readers, readWriters }: CrossAccountSecretPolicyProps): void {
  const made = { member: '_identity', words: 'a SecretReader, such as SecretReader.account("444455556666")' };
  requireEachMade(path, 'readers', readers, made);
  requireEachMade(path, 'readWriters', readWriters, made);
}

function requireReaders(path: string, { account: ownerAccount, region }: ResourceEnvironment, readers: SecretReader[]): void {
  requireSome(path, 'readers', readers, 'name a role, an account, an organization or a service');
  if (Token.isUnresolved(ownerAccount)) {
    fail(path, 'the account of the secret must be known, because a policy for other accounts has to tell its own from theirs; '
      + 'set `env: { account, region }` on the stack');
  }
  for (const { _identity: reader } of readers) {
    reader.validate(path);
    if (reader.kind === 'role') requirePartition(path, 'readers', region, [reader.value]);
    if (reader.account === ownerAccount) {
      fail(path, `\`readers\` must be of other accounts, got ${JSON.stringify(reader.value)} of the owner's account ${ownerAccount}; `
        + 'use grantRead for it');
    }
  }
}
