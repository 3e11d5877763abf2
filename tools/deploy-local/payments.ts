import { App, aws_iam as iam, aws_kms as kms, BootstraplessSynthesizer, CfnParameter, SecretValue, Stack } from 'aws-cdk-lib';
import type { RemovalPolicy } from 'aws-cdk-lib';
import { CrossAccountSecretPolicy, GuardRail, ManagedSecret, SecretContent, SecretNamespace, SecretReader } from 'cdk-managed-secrets';
import { resolveTemplates } from '../../src/review/assembly/resolve-templates';
import type { ResolvedStack } from '../../src/review/assembly/resolved-stack';

export const OWNER = '222233334444';
export const READER = '444455556666';
/** The parameter from which the app takes a value that nobody may see in the template. */
export const PARAMETER = 'PartnerToken';
export const PLAIN_TEXT = 'https://sandbox.example.com';

/** The app as it is at one time. */
export const BEGINNING = {
  environment: 'prod',
  apiKeyPurpose: 'stripe-api-key',
  description: 'The key of the payment provider',
  tags: {} as Record<string, string>,
  username: 'payments_app',
  excludedRoles: 'staging-*',
  /** Whether the role may read the API key, beside the database's credential. */
  mayReadApiKey: true,
  /** Whether the app still has its webhook secret. */
  webhook: true,
  /** An alias of a key that does not exist, which is met after all secrets were created. */
  mistake: false,
  removalPolicy: undefined as RemovalPolicy | undefined,
};
export type PaymentsApp = typeof BEGINNING;

/** Secrets of every content, under guard rails, one of them shared with another account. */
export function payments(name: string, changes: Partial<PaymentsApp> = {}): ResolvedStack {
  const version = { ...BEGINNING, ...changes };
  const app = new App({ analyticsReporting: false });
  const stack = new Stack(app, name, { env: { account: OWNER, region: 'eu-west-1' }, synthesizer: new BootstraplessSynthesizer() });
  new SecretNamespace(stack, 'Secrets', {
    environment: version.environment,
    service: 'payments',
    removalPolicy: version.removalPolicy,
    guardRails: [
      GuardRail.denyOutsideOrganization('o-a1b2c3d4e5'),
      GuardRail.denyPrincipals([`arn:aws:iam::*:role/${version.excludedRoles}`]),
    ],
  });
  const { description, tags } = version;
  const apiKey = new ManagedSecret(stack, 'ApiKey', { purpose: version.apiKeyPurpose, description, tags });
  const others = addOtherSecrets(stack, version);
  const reader = SecretReader.role(`arn:aws:iam::${READER}:role/reconciliation`);
  CrossAccountSecretPolicy.forSecret(stack, 'Share', apiKey, { readers: [reader] });
  const role = new iam.Role(stack, 'Role', { roleName: roleOf(version), assumedBy: new iam.ServicePrincipal('ecs-tasks.amazonaws.com') });
  others[0].grantRead(role);
  if (version.mayReadApiKey) apiKey.grantRead(role);
  if (version.mistake) {
    new kms.CfnAlias(stack, 'Mistake', { aliasName: 'alias/mistake', targetKeyId: '00000000-0000-0000-0000-000000000000' })
      .node.addDependency(apiKey, ...others);
  }
  return resolveTemplates(app.synth())[0];
}

export function roleOf({ environment }: PaymentsApp): string {
  return `${environment}-payments-reporting`;
}

function addOtherSecrets(stack: Stack, { username, webhook }: PaymentsApp): ManagedSecret[] {
  const parameter = new CfnParameter(stack, PARAMETER, { noEcho: true, default: 'given at each deployment' });
  const { secretAccessKey } = new iam.AccessKey(stack, 'MailKey', { user: new iam.User(stack, 'MailUser') });
  const digits = { passwordLength: 6, excludeUppercase: true, excludeLowercase: true, excludePunctuation: true };
  const contents: Record<string, SecretContent> = {
    database: SecretContent.generatedField({ template: { username } }),
    certificate: SecretContent.empty(),
    endpoint: SecretContent.unsafePlainText(PLAIN_TEXT),
    partner: SecretContent.fromSecretValue(SecretValue.cfnParameter(parameter)),
    mail: SecretContent.fields({ secretAccessKey }),
    pin: SecretContent.generateSecretString(digits),
    ...webhook && { webhook: SecretContent.generatedPassword() },
  };
  return Object.entries(contents).map(([purpose, content]) => new ManagedSecret(stack, purpose, { purpose, content }));
}
