import * as path from 'path';
import { aws_iam as iam, aws_lambda as lambda, aws_logs as logs, Stack, StackProps, Validations } from 'aws-cdk-lib';
import { ManagedSecret, SecretContent, SecretNamespace } from 'cdk-managed-secrets';
import { SopsSync, SopsSyncProvider } from 'cdk-sops-secrets';
import type { Construct, IConstruct } from 'constructs';

/** The account's key for logs, whose policy lets CloudWatch Logs use it. */
const KEY_OF_LOGS = 'arn:aws:kms:eu-west-1:111122223333:key/0a1b2c3d-1111-4222-8333-0a1b2c3d4e5f';

const GRANTED_TO_ONE_ROLE = 'A grant is an AWS::IAM::Policy of one role, so that nobody can attach it to another; a managed policy could be.';

/** A secret of ours, whose value a construct of somebody else reads out of an encrypted file. */
export class CheckoutStack extends Stack {
  constructor(scope: Construct, id: string, props: StackProps) {
    super(scope, id, props);
    new SecretNamespace(this, 'Secrets', { environment: 'prod', service: 'checkout' });

    const partner = new ManagedSecret(this, 'Partner', {
      purpose: 'partner-api',
      description: 'The credentials for the API of the partner, from partner.sops.json',
      content: SecretContent.empty(), // CloudFormation never sets it, so that it never sets it back
    });
    acknowledge(partner, ['AwsSolutions-SMG4', 'NIST.800.53.R5-SecretsManagerRotationEnabled', 'HIPAA.Security-SecretsManagerRotationEnabled'],
      'The partner issues the key; it is exchanged by a commit to the file.');

    // It calls grantWrite of the secret, and so gets the grant of its key too. The key of the file stands in the file.
    new SopsSync(this, 'PartnerFromGit', {
      secret: partner,
      sopsFilePath: path.join(__dirname, 'partner.sops.json'),
      sopsProvider: this.createProvider(),
      flatten: false,
      stringifyValues: false,
    });

    partner.grantRead(this.createReader());
  }

  /** Its role is ours, so that it may write its own log and no other; the construct adds what it needs for each file. */
  private createProvider(): SopsSyncProvider {
    const role = new iam.Role(this, 'SopsRole', { assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') });
    acknowledge(role, ofPacks('IAMNoInlinePolicy'), GRANTED_TO_ONE_ROLE);
    const provider = new SopsSyncProvider(this, 'SopsProvider', { role });
    const shared = this.node.findChild('SingletonLambdaSopsSyncProvider'); // one for all files of the stack
    // This version of the construct names a runtime whose system has ended; its program is linked statically and runs on this one.
    (shared.node.defaultChild as lambda.CfnFunction).runtime = lambda.Runtime.PROVIDED_AL2023.name;
    // Made by the CDK, as the feature flag of new apps wants it.
    const log = shared.node.tryFindChild('LogGroup') as logs.LogGroup | undefined;
    if (log) {
      this.letWrite(role, log);
      (log.node.defaultChild as logs.CfnLogGroup).kmsKeyId = KEY_OF_LOGS;
    }
    acceptProvider(shared);
    return provider;
  }

  /** A policy of its own, because the function waits for that of the role, and the log for the function. */
  private letWrite(role: iam.Role, log: logs.LogGroup): void {
    const policy = new iam.Policy(this, 'SopsLog', {
      roles: [role],
      statements: [new iam.PolicyStatement({ actions: ['logs:CreateLogStream', 'logs:PutLogEvents'], resources: [log.logGroupArn] })],
    });
    acknowledge(policy, ofPacks('IAMNoInlinePolicy'), GRANTED_TO_ONE_ROLE);
  }

  private createReader(): iam.Role {
    const role = new iam.Role(this, 'Checkout', { assumedBy: new iam.ServicePrincipal('ecs-tasks.amazonaws.com') });
    acknowledge(role, ofPacks('IAMNoInlinePolicy'), GRANTED_TO_ONE_ROLE);
    return role;
  }
}

/** What the packs ask of a function, and this one is not: its construct has no prop for it. */
function acceptProvider(provider: IConstruct): void {
  acknowledge(provider, [
    ...['NIST.800.53.R5', 'HIPAA.Security'].flatMap(pack => ['LambdaConcurrency', 'LambdaDLQ'].map(rule => `${pack}-${rule}`)),
    'Serverless-LambdaDLQ', 'Serverless-LambdaDefaultMemorySize', 'Serverless-LambdaTracing',
  ], 'CloudFormation alone invokes it, once a deployment, waits for its answer, and rolls back when it fails.');
  acknowledge(provider, [...ofPacks('LambdaInsideVPC'), 'cdk-validator-cfnguard::lambda_inside_vpc_check'],
    'It calls Secrets Manager and KMS alone, and nothing in a VPC; what it may do is in its role.');
}

function ofPacks(rule: string): string[] {
  return ['NIST.800.53.R5', 'HIPAA.Security', 'PCI.DSS.321'].map(pack => `${pack}-${rule}`);
}

function acknowledge(construct: IConstruct, ids: string[], reason: string): void {
  Validations.of(construct).acknowledge(...ids.map(id => ({ id, reason })));
}
