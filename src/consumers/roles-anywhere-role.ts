import { aws_iam as iam, aws_rolesanywhere as rolesanywhere, Duration, Names, Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { RolesAnywhereRoleProps } from './roles-anywhere-role-props';
import { acknowledgeInlinePolicy } from '../private/acknowledgement';
import { ROLE_TAKEN_ON_ANYWHERE } from '../private/actions';
import { fail, pathOf } from '../private/errors';
import { withInjected } from '../private/property-injection';
import { requireText, requireTexts } from '../private/validation';

const AUTHORITY_ARN = {
  pattern: /^arn:[^:]+:acm-pca:[a-z0-9-]+:\d{12}:certificate-authority\/[0-9a-f-]{36}$/,
  words: 'the ARN of a certificate authority of AWS Private CA, such as '
    + 'arn:aws:acm-pca:eu-west-1:111122223333:certificate-authority/11111111-2222-3333-4444-555555555555',
};
const BUNDLE = {
  pattern: /^\s*(-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----\s*)+$/,
  words: 'certificates as PEM, each between BEGIN CERTIFICATE and END CERTIFICATE, and nothing else',
};
/** A wildcard, or a variable, would let in other certificates of the authority. */
const COMMON_NAME = { pattern: /^[^*?$]{1,64}$/, words: 'common names of certificates, of 1 to 64 characters and without wildcards' };

/** What Roles Anywhere takes for a session, and IAM for a role. */
const [SHORTEST, LONGEST] = [Duration.minutes(15), Duration.hours(12)];

/**
 * A role for machines outside of AWS, which prove who they are by a certificate (IAM Roles Anywhere): a trust anchor for the authority, a profile for this
 * role, and a trust policy that names both the anchor and the common names of the certificates.
 *
 * Give it to a consumer: `new InstanceConsumer(this, 'Plant', { grantee: role, … })`.
 *
 * @see https://docs.aws.amazon.com/rolesanywhere/latest/userguide/trust-model.html
 */
export class RolesAnywhereRole extends Construct implements iam.IGrantable {
  /** The name of this class for a property injector. */
  public static readonly PROPERTY_INJECTION_ID: string = 'cdk-managed-secrets.RolesAnywhereRole';

  /** What machines take on. */
  public readonly role: iam.IRole;

  /** The ARN of the trust anchor, for the credential helper. */
  public readonly trustAnchorArn: string;

  /** The ARN of the profile, for the credential helper. */
  public readonly profileArn: string;

  constructor(scope: Construct, id: string, props: RolesAnywhereRoleProps) {
    props = withInjected(RolesAnywhereRole.PROPERTY_INJECTION_ID, scope, id, props);
    const { commonNames, sessionDuration = Duration.hours(1) } = props;
    const source = authorityOf(pathOf(scope, id), props);
    requireCommonNames(pathOf(scope, id), commonNames);
    requireSessionDuration(pathOf(scope, id), sessionDuration);
    super(scope, id);
    const name = Names.uniqueResourceName(this, { maxLength: 100, separator: '-' });
    this.trustAnchorArn = new rolesanywhere.CfnTrustAnchor(this, 'TrustAnchor', { name, enabled: true, source }).attrTrustAnchorArn;
    this.role = this._roleFor(commonNames, sessionDuration);
    this.profileArn = new rolesanywhere.CfnProfile(this, 'Profile', {
      name, enabled: true, roleArns: [this.role.roleArn], durationSeconds: sessionDuration.toSeconds(),
    }).attrProfileArn;
  }

  /** The role, for grants. */
  public get grantPrincipal(): iam.IPrincipal {
    return this.role;
  }

  private _roleFor(commonNames: readonly string[], maxSessionDuration: Duration): iam.Role {
    const role = new iam.Role(this, 'Role', {
      description: 'Taken on by machines outside of AWS, by their certificates',
      maxSessionDuration: maxSessionDuration.toSeconds() > Duration.hours(1).toSeconds() ? maxSessionDuration : undefined,
      assumedBy: new iam.ServicePrincipal('rolesanywhere.amazonaws.com'),
    });
    // That of the CDK has neither the actions nor the conditions.
    (role.node.defaultChild as iam.CfnRole).assumeRolePolicyDocument = new iam.PolicyDocument({ statements: [this._trust(commonNames)] });
    acknowledgeInlinePolicy(role);
    return role;
  }

  private _trust(commonNames: readonly string[]): iam.PolicyStatement {
    return new iam.PolicyStatement({
      principals: [new iam.ServicePrincipal('rolesanywhere.amazonaws.com')],
      actions: ROLE_TAKEN_ON_ANYWHERE,
      conditions: {
        ArnEquals: { 'aws:SourceArn': this.trustAnchorArn },
        StringEquals: { 'aws:SourceAccount': Stack.of(this).account, 'aws:PrincipalTag/x509Subject/CN': commonNames },
      },
    });
  }
}

/** One of the two ways to say which authority is trusted. */
function authorityOf(path: string, props: RolesAnywhereRoleProps): rolesanywhere.CfnTrustAnchor.SourceProperty {
  const { certificateAuthorityArn: acmPcaArn, certificateBundle: x509CertificateData } = props;
  if ((acmPcaArn === undefined) === (x509CertificateData === undefined)) {
    fail(path, 'either `certificateAuthorityArn` or `certificateBundle` must be given, and not both; name the authority that issues the certificates of the machines');
  }
  if (acmPcaArn !== undefined) {
    requireText(path, 'certificateAuthorityArn', acmPcaArn, AUTHORITY_ARN);
    return { sourceType: 'AWS_ACM_PCA', sourceData: { acmPcaArn } };
  }
  // A bundle that holds a key must not be shown.
  if (!BUNDLE.pattern.test(x509CertificateData!)) fail(path, `\`certificateBundle\` must be ${BUNDLE.words}`);
  return { sourceType: 'CERTIFICATE_BUNDLE', sourceData: { x509CertificateData } };
}

function requireCommonNames(path: string, commonNames: readonly string[]): void {
  if (!Array.isArray(commonNames) || commonNames.length === 0) fail(path, '`commonNames` must name a certificate, because the authority may issue others; give the CN of each machine');
  requireTexts(path, 'commonNames', commonNames, COMMON_NAME);
}

function requireSessionDuration(path: string, duration: Duration): void {
  const seconds = duration.toSeconds({ integral: false });
  if (seconds >= SHORTEST.toSeconds() && seconds <= LONGEST.toSeconds()) return;
  fail(path, `\`sessionDuration\` must be from ${SHORTEST.toHumanString()} to ${LONGEST.toHumanString()}, got ${duration.toHumanString()}`);
}
