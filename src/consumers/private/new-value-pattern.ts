import { type aws_events as events, type aws_secretsmanager as secretsmanager, Stack, Token } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { knownName } from '../../secret/private/known-name';

/** What Secrets Manager says when a secret of this account has a new current value. */
export function newValuePattern(scope: IConstruct, other: Partial<events.EventPattern>, detail: Record<string, string[]>): events.EventPattern {
  return {
    source: ['aws.secretsmanager'],
    detailType: ['Secret Label Updated'],
    account: [Stack.of(scope).account],
    ...other,
    detail: { ...detail, labelUpdated: ['AWSCURRENT'] },
  };
}

/** How an event tells which secret it is about: by name, or by complete ARN where the name is known at deployment only. */
export function identityOf(secret: secretsmanager.ISecret): { name?: string; arn?: string } {
  const name = knownName(secret);
  return Token.isUnresolved(name) && secret.secretFullArn !== undefined ? { arn: secret.secretFullArn } : { name };
}
