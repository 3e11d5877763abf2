import { aws_iam as iam, aws_kms as kms, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';

/** A key for logs. Nobody gets a grant on it but AWS services. */
export class LogsKey extends kms.Key {
  constructor(scope: Construct, id: string) {
    super(scope, id, { enableKeyRotation: true, description: 'Logs of rotation functions' });
    const { account, region } = Stack.of(scope);
    this.addToResourcePolicy(new iam.PolicyStatement({
      effect: iam.Effect.DENY,
      principals: [new iam.AnyPrincipal()],
      actions: ['kms:CreateGrant'],
      resources: ['*'],
      conditions: { BoolIfExists: { 'kms:GrantIsForAWSResource': 'false', 'aws:PrincipalIsAWSService': 'false' } },
    }));
    this.grantEncryptDecrypt(new iam.ServicePrincipal(`logs.${region}.amazonaws.com`, {
      conditions: { ArnLike: { 'kms:EncryptionContext:aws:logs:arn': `arn:aws:logs:${region}:${account}:log-group:*` } },
    }));
  }
}
