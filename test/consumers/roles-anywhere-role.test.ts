import { assertions, Duration, Stack } from 'aws-cdk-lib';
import { apiKey, payments } from './follow';
import { RolesAnywhereRole, RolesAnywhereRoleProps } from '../../src';
import { CertificateAuthority } from '../../tools/servers/certificates';
import { onlyResource } from '../support/test-app';

const AUTHORITY = 'arn:aws:acm-pca:eu-west-1:111122223333:certificate-authority/11111111-2222-3333-4444-555555555555';

function machines(stack: Stack, props: Partial<RolesAnywhereRoleProps> = {}): RolesAnywhereRole {
  return new RolesAnywhereRole(stack, 'Plant', { commonNames: ['press-1.plant.example.com'], certificateAuthorityArn: AUTHORITY, ...props });
}

describe('a role for machines outside of AWS', () => {
  test('is taken on with certificates of one authority and of these names alone', () => {
    const stack = payments();
    const { trustAnchorArn, profileArn } = machines(stack);
    expect(onlyResource(stack, 'AWS::IAM::Role').Properties.AssumeRolePolicyDocument.Statement).toEqual([{
      Effect: 'Allow',
      Principal: { Service: 'rolesanywhere.amazonaws.com' },
      Action: ['sts:AssumeRole', 'sts:SetSourceIdentity', 'sts:TagSession'],
      Condition: {
        ArnEquals: { 'aws:SourceArn': stack.resolve(trustAnchorArn) },
        StringEquals: { 'aws:SourceAccount': '111122223333', 'aws:PrincipalTag/x509Subject/CN': ['press-1.plant.example.com'] },
      },
    }]);
    expect(onlyResource(stack, 'AWS::RolesAnywhere::TrustAnchor').Properties).toMatchObject({ Enabled: true, Source: { SourceType: 'AWS_ACM_PCA', SourceData: { AcmPcaArn: AUTHORITY } } });
    expect(onlyResource(stack, 'AWS::RolesAnywhere::Profile').Properties).toMatchObject({ Enabled: true, DurationSeconds: 3600, RoleArns: [{ 'Fn::GetAtt': [expect.any(String), 'Arn'] }] });
    expect(stack.resolve(profileArn)).toEqual({ 'Fn::GetAtt': [expect.any(String), 'ProfileArn'] });
  });

  test('trusts an authority of one\'s own by its certificates', async () => {
    const { certificate } = await CertificateAuthority.create();
    const stack = payments();
    machines(stack, { certificateAuthorityArn: undefined, certificateBundle: `${certificate}\n${certificate}`, sessionDuration: Duration.hours(2) });
    expect(onlyResource(stack, 'AWS::RolesAnywhere::TrustAnchor').Properties.Source.SourceType).toBe('CERTIFICATE_BUNDLE');
    expect(onlyResource(stack, 'AWS::IAM::Role').Properties.MaxSessionDuration).toBe(7200);
  });

  test('is granted secrets as every role is', () => {
    const stack = payments();
    apiKey(stack).grantRead(machines(stack));
    expect(Object.values(assertions.Template.fromStack(stack).findResources('AWS::IAM::Policy'))[0].Properties.PolicyDocument.Statement).toHaveLength(2);
  });
});

test.each<[string, Partial<RolesAnywhereRoleProps>, RegExp]>([
  ['no authority', { certificateAuthorityArn: undefined }, /either `certificateAuthorityArn` or `certificateBundle` must be given/],
  ['two authorities', { certificateBundle: 'x' }, /and not both/],
  ['an authority that is none', { certificateAuthorityArn: 'arn:aws:acm:eu-west-1:111122223333:certificate/1' }, /`certificateAuthorityArn` must be the ARN of a certificate authority/],
  ['a key', { certificateAuthorityArn: undefined, certificateBundle: '-----BEGIN PRIVATE KEY-----\nMC4CAQ\n-----END PRIVATE KEY-----' }, /^`certificateBundle` must be certificates as PEM, [^"]*nothing else \[/],
  ['nobody', { commonNames: [] }, /`commonNames` must name a certificate/],
  ['everybody', { commonNames: ['*.example.com'] }, /`commonNames` must be common names of certificates, .* without wildcards, got "\*\.example\.com"/],
  ['a variable', { commonNames: ['${aws:PrincipalTag/x}'] }, /`commonNames` must be/],
  ['a minute', { sessionDuration: Duration.minutes(1) }, /`sessionDuration` must be from 15 minutes to 12 hours, got 1 minute/],
])('bad input: %s', (_, props, expected) => {
  const stack = payments();
  const before = stack.node.findAll().length;
  let error = '';
  try { machines(stack, props); } catch (thrown) { error = (thrown as Error).message; }
  expect(error).toMatch(expected);
  expect(stack.node.findAll()).toHaveLength(before);
});
