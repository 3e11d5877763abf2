import { App, aws_iam as iam, aws_lambda as lambda, aws_secretsmanager as secretsmanager, Duration } from 'aws-cdk-lib';
import {
  CustomCredential, DatabaseEngine, DatabaseRotator, DatabaseUser, ExternalPartner, IamAccessKey, ManagedExternalSecret, RandomToken,
  RotatedSecret, RotationSchedule,
} from 'cdk-managed-secrets';
import type { ReviewDocument, RotationEntry } from '../../src/review/document/review-document';
import { reviewOf } from '../../src/review/document/review-of';
import { factsOf } from '../../src/review/page/data';
import { PLAIN } from '../../src/review/reports/layout';
import { reviewInMarkdown } from '../../src/review/reports/review-markdown';
import { text } from '../../src/review/reports/text';
import { CREDENTIALS } from '../../src/rotation/contract/credentials';
import { endpoint, rotated, SUPERUSER_ARN, world } from '../rotation/rotated-databases';

/** A token, an access key, a credential of a function of one's own, a database user that is there and one that the deployment makes. */
function review(): ReviewDocument {
  const { stack } = world();
  const own = new lambda.Function(stack, 'Own', { runtime: lambda.Runtime.NODEJS_22_X, handler: 'index.handler', code: lambda.Code.fromInline('0') });
  own.addEnvironment('CREDENTIAL_KIND', 'toString');
  for (const [id, kind] of Object.entries({
    Token: RandomToken.of(), Key: IamAccessKey.of({ user: new iam.User(stack, 'User') }), Custom: CustomCredential.fromFunction(own),
  })) new RotatedSecret(stack, id, { purpose: id.toLowerCase(), kind });
  const superuserSecret = secretsmanager.Secret.fromSecretCompleteArn(stack, 'Superuser', SUPERUSER_ARN);
  rotated(stack, { user: DatabaseUser.create({ superuserSecret, grants: [] }) }, 'Made');
  rotated(stack, { purpose: 'standing' }, 'Standing');
  return reviewOf([App.of(stack)!.synth().directory]);
}

test('who rotates without a function of the templates is said, and is no secret that nobody rotates', () => {
  const { stack } = world();
  rotated(stack, { database: endpoint(DatabaseEngine.SQLSERVER), rotator: DatabaseRotator.hosted(stack, 'Rotator') }, 'Hosted');
  new ManagedExternalSecret(stack, 'Partner', { purpose: 'partner', partner: ExternalPartner.PADDLE_API_KEY, schedule: RotationSchedule.spread() });
  const document = reviewOf([App.of(stack)!.synth().directory]);
  expect(document.secrets.map(({ id, rotation }) => [id, rotation?.rotator.kind, rotation?.rotator.name])).toEqual([
    ['Stack/Hosted', 'hosted', 'a function that is hosted by AWS (SQLServerSingleUser)'],
    ['Stack/Partner', 'external', 'Secrets Manager, at the provider of the secret'],
  ]);
  expect(document.findings.map(({ rule }) => rule).filter(rule => rule.includes('::rotation'))).toEqual(['cdk-managed-secrets::rotation-by-transform']);
  expect(text(document, PLAIN)).toContain('hosted by AWS (SQLServerSingleUser)');
});

test('a rotation at a partner is late as any other', () => {
  const { stack } = world();
  const partner = ExternalPartner.PADDLE_API_KEY;
  for (const days of [90, 91]) {
    new ManagedExternalSecret(stack, `Every${days}`, { purpose: `every-${days}`, partner, schedule: RotationSchedule.every(Duration.days(days)) });
  }
  const late = reviewOf([App.of(stack)!.synth().directory]).findings.filter(({ rule }) => rule.endsWith('::rotation-late'));
  expect(late.map(({ place }) => place.path)).toEqual([expect.stringMatching(/^Stack\/Every91\//)]);
});

describe('of an app with credentials of several kinds, the review', () => {
  let document: ReviewDocument;
  beforeAll(() => { document = review(); });
  const rotationOf = (id: string): RotationEntry => document.secrets.find(each => each.id === `Stack/${id}`)!.rotation!;

  test('names what is rotated where a function of this package does it', () => {
    expect(['Token', 'Key', 'Custom', 'Made'].map(id => rotationOf(id).rotator.credential)).toEqual(
      [CREDENTIALS.randomToken, CREDENTIALS.iamAccessKey, undefined, undefined]);
  });

  test('names what makes the user of a database', () => {
    const made = rotationOf('Made').userMadeBy;
    expect(made).toMatchObject({ path: expect.stringMatching(/^Stack\/Made\//), stack: 'Stack' });
    expect(['Standing', 'Token'].map(id => rotationOf(id).userMadeBy)).toEqual([undefined, undefined]);
  });

  test('says both in each report', () => {
    const { path } = rotationOf('Made').userMadeBy!;
    const factsOfAll = document.secrets.flatMap(each => factsOf(document, each)).join('\n');
    for (const report of [text(document, PLAIN), reviewInMarkdown(document), factsOfAll]) {
      const words = report.replace(/\s+/g, ' ');
      expect(words).toContain('by Stack/Key/Rotator/Function (access key of an IAM user)');
      expect(words).toMatch(new RegExp(`database user: made by the deployment, before the first rotation, by ${path}`, 'i'));
    }
  });
});
