import type { aws_secretsmanager as secretsmanager } from 'aws-cdk-lib';

/** The name as text where it is known at synthesis, so that its use in another stack needs no export. */
export function knownName(secret: secretsmanager.ISecret): string {
  return (secret as { readonly _name?: string })._name ?? secret.secretName;
}
