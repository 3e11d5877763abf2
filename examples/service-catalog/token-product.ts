import { aws_lambda as lambda, aws_logs as logs, aws_servicecatalog as servicecatalog, CfnParameter } from 'aws-cdk-lib';
import { CredentialRotator, RandomToken, RotatedSecret, SecretNamespace } from 'cdk-managed-secrets';
import type { Construct } from 'constructs';
import { LogsKey } from './logs-key';

/** A product: a namespace with its key, and a token that rotates. Its names are texts, which are checked at synthesis. */
export class TokenProduct extends servicecatalog.ProductStack {
  constructor(scope: Construct, id: string, props: servicecatalog.ProductStackProps) {
    super(scope, id, props);
    const owner = new CfnParameter(this, 'Owner', { description: 'Who answers for the token', allowedPattern: '[a-z-]+' });
    new SecretNamespace(this, 'Namespace', { environment: 'prod', service: 'shared-token', owner: owner.valueAsString });
    const kind = RandomToken.of();
    new RotatedSecret(this, 'Token', {
      purpose: 'call-token',
      kind,
      rotator: new CredentialRotator(this, 'Rotator', {
        kind,
        reservedConcurrentExecutions: 2,
        tracing: lambda.Tracing.ACTIVE,
        logGroup: new logs.LogGroup(this, 'RotatorLog', { retention: logs.RetentionDays.ONE_YEAR, encryptionKey: new LogsKey(this, 'LogsKey') }),
      }),
    });
  }
}
