import { aws_iam as iam, aws_kms as kms, aws_lambda as lambda, aws_logs as logs, aws_ses as ses, aws_sqs as sqs, Stack, StackProps, Validations } from 'aws-cdk-lib';
import { CredentialKind, CredentialRotator, IamAccessKey, RotatedSecret, SecretNamespace, SesSmtpPassword } from 'cdk-managed-secrets';
import type { Construct } from 'constructs';

/** Two users of IAM, and the secrets with what they log in with. */
export class PartnerSecretsStack extends Stack {
  constructor(scope: Construct, id: string, props: StackProps) {
    super(scope, id, props);

    new SecretNamespace(this, 'Secrets', { environment: 'prod', service: 'partners' });

    const senders = this.createGroup('Senders');
    sqs.Queue.fromQueueArn(this, 'Orders', `arn:aws:sqs:${this.region}:${this.account}:partner-orders`).grantSendMessages(senders);
    const sender = new iam.User(this, 'Sender', { groups: [senders] });
    this.createSecret('SenderKey', 'sender-key', 'The access key with which the partner sends orders', IamAccessKey.of({ user: sender }));

    const mailers = this.createGroup('Mailers');
    ses.EmailIdentity.fromEmailIdentityName(this, 'Domain', 'example.com').grant(mailers, 'ses:SendRawEmail');
    const mailer = new iam.User(this, 'Mailer', { groups: [mailers] });
    const smtp = this.createSecret('MailerSmtp', 'mailer-smtp', 'The login of the mail server at Amazon SES', SesSmtpPassword.of({ user: mailer }));
    smtp.grantRead(this.createServiceRole());
  }

  /** Each has a rotator, because the kinds differ; more keys of one kind could share it. */
  private createSecret(id: string, purpose: string, description: string, kind: CredentialKind): RotatedSecret {
    // The account's key for logs, whose policy lets CloudWatch Logs use it.
    const encryptionKey = kms.Key.fromKeyArn(this, `${id}LogsKey`, `arn:aws:kms:${this.region}:${this.account}:key/0a1b2c3d-1111-4222-8333-0a1b2c3d4e5f`);
    const rotator = new CredentialRotator(this, `${id}Rotator`, {
      kind,
      logGroup: new logs.LogGroup(this, `${id}RotatorLog`, { retention: logs.RetentionDays.ONE_YEAR, encryptionKey }),
      reservedConcurrentExecutions: 2,
      tracing: lambda.Tracing.ACTIVE,
    });
    return new RotatedSecret(this, id, { purpose, description, kind, rotator });
  }

  /** What a user may do stands in a group, of which it is the one member. */
  private createGroup(id: string): iam.Group {
    const group = new iam.Group(this, id);
    acknowledge(group, 'The policy of a group of one user, so that nobody can attach it to another; a managed policy could be.', 'IAMNoInlinePolicy');
    const reason = 'The group has no inline policy: what it may do is an AWS::IAM::Policy, which names each action. The rule fails without any.';
    Validations.of(group).acknowledge(...['admin', 'full'].map(access => (
      { id: `cdk-validator-cfnguard::iam_inline_policy_no_statements_with_${access}_access_check`, reason })));
    return group;
  }

  private createServiceRole(): iam.Role {
    const role = new iam.Role(this, 'Service', {
      description: 'The mail server',
      assumedBy: new iam.ServicePrincipal('ecs-tasks.amazonaws.com', { conditions: { StringEquals: { 'aws:SourceAccount': this.account } } }),
    });
    acknowledge(role, 'A grant is an AWS::IAM::Policy of one role, so that nobody can attach it to another; a managed policy could be.', 'IAMNoInlinePolicy');
    return role;
  }
}

function acknowledge(construct: Construct, reason: string, ...rules: string[]): void {
  Validations.of(construct).acknowledge(...rules.flatMap(rule => ['NIST.800.53.R5', 'HIPAA.Security', 'PCI.DSS.321'].map(pack => ({ id: `${pack}-${rule}`, reason }))));
}
