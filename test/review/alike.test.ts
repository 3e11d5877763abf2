import { App, aws_iam as iam, aws_kms as kms, aws_secretsmanager as secretsmanager, Stack } from 'aws-cdk-lib';
import { resolveTemplates } from '../../src/review/assembly/resolve-templates';
import { reviewOf } from '../../src/review/document/review-of';
import { accessModel, readSecret, writeSecret } from '../../tools/access';
import { testApp } from '../support/test-app';

/** The review asks one of several principals that are alike, about one of several secrets that are. The simulator is asked for each. */

const NAMES = ['prod/shop/one', 'prod/shop/two', 'prod/shop-eu/one', 'staging/shop/one', 'Prod/shop/one'];

/** Pairs of roles with policies of one text: some are alike, and some only look so. */
function app(): string {
  const stack = new Stack(testApp({}), 'Shop', { env: { account: '111122223333', region: 'eu-west-1' } });
  const key = new kms.Key(stack, 'Key');
  const secrets = NAMES.map((secretName, index) => new secretsmanager.Secret(stack, `Secret${index}`, { secretName, encryptionKey: index < 3 ? key : undefined }));
  const arn = (name: string) => `arn:aws:secretsmanager:eu-west-1:111122223333:secret:${name}`;
  const decrypt = (conditions?: object) => new iam.PolicyStatement({ actions: ['kms:Decrypt', 'kms:GenerateDataKey'], resources: ['*'], conditions });
  const use = (resources: string[], conditions?: object) => new iam.PolicyStatement({
    actions: ['secretsmanager:GetSecretValue', 'secretsmanager:PutSecretValue'], resources, conditions,
  });
  const variants: Record<string, iam.PolicyStatement[]> = {
    Everything: [use(['*']), decrypt()],
    Prefix: [use([arn('prod/shop/*')]), decrypt()],
    PrefixOfName: [use([arn('prod/shop*')]), decrypt()],
    OneCharacter: [use([arn('prod/shop/???-??????')]), decrypt()],
    Exact: [use([secrets[1].secretArn]), decrypt()],
    ByContext: [use(['*']), decrypt({ StringLike: { 'kms:EncryptionContext:SecretARN': arn('prod/*') } })],
    ByExactContext: [use(['*']), decrypt({ StringEquals: { 'kms:EncryptionContext:SecretARN': secrets[0].secretArn } })],
    IgnoringCase: [use(['*'], { StringEqualsIgnoreCase: { 'secretsmanager:SecretId': secrets[0].secretArn } }), decrypt()],
    ByArnOperator: [use(['*'], { ArnLike: { 'secretsmanager:SecretId': arn('*/shop/*') } }), decrypt()],
    ByTag: [use(['*'], { StringEquals: { 'aws:PrincipalTag/team': 'shop' } }), decrypt()],
    ByName: [use(['*'], { ArnLike: { 'aws:PrincipalArn': '*ByName0*' } }), decrypt()],
  };
  for (const [name, statements] of Object.entries(variants)) {
    for (const index of [0, 1]) {
      const role = new iam.CfnRole(stack, `${name}${index}`, {
        roleName: `${name}${index}`,
        assumeRolePolicyDocument: {},
        tags: [{ key: 'team', value: name === 'ByTag' && index === 1 ? 'other' : 'shop' }],
        policies: [{ policyName: 'Use', policyDocument: new iam.PolicyDocument({ statements: statements.map(each => each.copy()) }) }],
      });
      if (name === 'Everything' && index === 1) {
        secrets[2].addToResourcePolicy(new iam.PolicyStatement({
          effect: iam.Effect.DENY, principals: [new iam.ArnPrincipal(role.attrArn)], actions: ['secretsmanager:*'], resources: ['*'],
        }));
      }
    }
  }
  return App.of(stack)!.synth().directory;
}

test('the review says of each pair what the simulator says', async () => {
  const directory = app();
  const model = accessModel(resolveTemplates(directory));
  const { access, statements } = reviewOf([directory]);
  const differences: string[] = [];
  let allowed = 0;
  for (const secret of model.secrets) {
    for (const role of model.roles) {
      const entry = access.find(each => each.secret === secret.path && each.principal === role.path);
      for (const [operation, simulate] of [['read', readSecret], ['write', writeSecret]] as const) {
        const bySimulator = (await simulate(model, role, secret.arn)).decision === 'Allowed';
        const said = entry?.operations[operation];
        if (bySimulator) allowed++;
        if ((said?.decision === 'allowed') !== bySimulator) differences.push(`${role.path} ${operation} ${secret.name}: ${JSON.stringify(said)}, simulator: ${bySimulator}`);
        // Its own policies, not those of the one that was asked.
        for (const at of said?.path ?? []) if (statements[at].kind === 'identity') expect(statements[at].place!.path).toBe(role.path);
      }
    }
  }

  expect(differences).toEqual([]);
  expect(allowed).toBeGreaterThan(60);
});
