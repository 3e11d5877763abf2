import { renderedSize } from '../../src/private/policy-size';

const ROLE = `arn:aws-us-gov:iam::111122223333:role/${'r'.repeat(64)}`;

describe('a value that only the deployment knows counts as the longest that it can be', () => {
  test.each([
    ['an attribute', { 'Fn::GetAtt': ['Role', 'Arn'] }, ROLE],
    ['an import', { 'Fn::ImportValue': 'Platform:RoleArn' }, ROLE],
    ['a reference', { Ref: 'Role' }, ROLE],
    ['an account', { Ref: 'AWS::AccountId' }, '111122223333'],
    ['a region', { Ref: 'AWS::Region' }, 'ap-southeast-1'],
    ['a text that is joined', { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':iam::', { Ref: 'AWS::AccountId' }, ':root']] }, 'arn:aws-us-gov:iam::111122223333:root'],
  ])('%s', (_, unknown, longest) => {
    const document = (Resource: unknown) => ({ Statement: [{ Effect: 'Allow', Action: ['secretsmanager:GetSecretValue'], Resource }] });
    expect(renderedSize(document(unknown))).toBeGreaterThanOrEqual(JSON.stringify(document(longest)).length);
    expect(renderedSize(document(longest))).toBe(JSON.stringify(document(longest)).length);
  });
});
