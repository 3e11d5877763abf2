import type { aws_iam as iam, aws_lambda as lambda, Duration } from 'aws-cdk-lib';
import type { BoundServer, OtherSecret } from './rotation-request';
import type { SecretRotation } from './secret-rotation';
import type { ManagedSecret } from '../../secret/managed-secret';
import type { PasswordPolicy } from '../../secret/password-policy';
import { SecretContent } from '../../secret/secret-content';
import type { CredentialName } from '../contract/credentials';
import { PLACEHOLDER_FIELD } from '../contract/placeholder';
import type { Overlap } from '../contract/strategies';

/** A kind of credential, checked: what its function believes, and may do. */
export interface BoundKind {
  /** The value of CREDENTIAL_KIND, and the name of the kind in `lambda/rotation/kinds`; `custom` for a function of the user's own. */
  readonly name: CredentialName | 'custom';
  /** What people call its credentials, in the plural, such as "random tokens". */
  readonly title: string;
  /** Who rotates: the file in `lambda/rotation/handlers`, which is the folder in `assets/rotation`, or a function of the user's own. */
  readonly rotatedBy: string | lambda.IFunction;
  /** How long the value before the current one is good: until the next rotation where the other side takes two at once. */
  readonly overlap: Overlap;
  /** The value before the first rotation. */
  readonly content: SecretContent;
  /** That value is none yet: the secret is rotated as soon as it is there. */
  readonly isPlaceholder: boolean;
  /** The rules for a random text. @default - the kind makes none */
  readonly passwordPolicy?: PasswordPolicy;
  /** What the function believes of all secrets that it rotates. Secrets share a rotator when this is the same. @default - nothing */
  readonly environment?: { [variable: string]: string };
  /** What the function believes of this one secret, whatever its value says. @default - nothing */
  readonly tags?: { [key: string]: string };
  /** What the function does elsewhere. @default - nothing */
  readonly statements?: iam.PolicyStatement[];
  /** The secrets that the function reads, with the prop that names each. @default - none */
  readonly reads?: (OtherSecret & { readonly prop: string })[];
  /** What stands behind security groups. @default - nothing: the function needs no VPC */
  readonly server?: BoundServer;
  /** How long a step may take. @default - that of every rotation function */
  readonly timeout?: Duration;
  /** What else the kind does with the secret, once that is there. @default - nothing */
  readonly use?: (secret: ManagedSecret) => void;
  /** Fails on a schedule that the kind cannot do with. */
  requireSchedule?(path: string, rotation: SecretRotation): void;
}

/** For a kind whose first value the first rotation makes, because Secrets Manager cannot. */
export function placeholder(): Pick<BoundKind, 'content' | 'isPlaceholder'> {
  return { content: SecretContent.generatedField({ field: PLACEHOLDER_FIELD }), isPlaceholder: true };
}
