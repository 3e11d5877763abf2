import { type aws_ec2 as ec2, type aws_secretsmanager as secretsmanager, Token } from 'aws-cdk-lib';
import type { BoundKind } from './bound-kind';
import { requireRotatable } from './password-environment';
import type { SecretEncryption } from '../../encryption/secret-encryption';
import { fail } from '../../private/errors';
import { requireWhole } from '../../private/validation';
import { PasswordPolicy } from '../../secret/password-policy';
import { ROTATION_ENVIRONMENT } from '../contract/environment';
import { isHost } from '../contract/hosts';

type Environment = { [variable: string]: string };

interface AdministratorOptions {
  readonly administratorSecret?: secretsmanager.ISecret;
  readonly administratorEncryption?: SecretEncryption;
}

export function requireHost(path: string, prop: string, host: string | undefined): void {
  if (typeof host === 'string' && (Token.isUnresolved(host) || isHost(host))) return;
  fail(path, `\`${prop}\` must be a host name or an address, without a port, got ${JSON.stringify(host)}`);
}

/** The name in the certificate, where it is given. */
export function certificateEnvironment(path: string, tlsServerName: string | undefined): Environment {
  if (tlsServerName === undefined) return {};
  requireHost(path, 'tlsServerName', tlsServerName);
  return { [ROTATION_ENVIRONMENT.TLS_SERVER_NAME]: tlsServerName };
}

/** @param server what the groups stand before, such as "broker" */
export function requireGroupsOf(path: string, server: string, groups: ec2.ISecurityGroup[] | undefined): void {
  if (Array.isArray(groups) && groups.length > 0 && groups.every(each => each?.securityGroupId !== undefined)) return;
  fail(path, `\`securityGroups\` must be those of the ${server}, at least one, which are opened to the rotation function`);
}

/** The secret of the administrator, for the function to read. @param whose of whom it must be */
export function administratorOf(
  path: string, whose: string, { administratorSecret: secret, administratorEncryption: encryption }: AdministratorOptions,
): Required<Pick<BoundKind, 'environment' | 'reads'>> {
  if (secret?.secretArn === undefined) fail(path, `\`administratorSecret\` must be given: the secret of ${whose}`);
  return {
    environment: { [ROTATION_ENVIRONMENT.SUPERUSER_SECRET_ARN]: secret.secretFullArn ?? secret.secretArn },
    reads: [{ prop: 'administratorSecret', secret, encryption }],
  };
}

/** The rules for every new password. */
export function passwordOf(
  path: string, policy: PasswordPolicy = PasswordPolicy.ALPHANUMERIC, length?: { readonly min: number; readonly max: number },
): Required<Pick<BoundKind, 'passwordPolicy'>> {
  requireRotatable(path, policy);
  if (length) requireWhole(path, 'passwordPolicy.length', policy.length, length);
  return { passwordPolicy: policy };
}
