import { randomBytes } from 'crypto';
import { GetSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { App } from 'aws-cdk-lib';
import type { Account } from './account';
import { Checks, covers, unlikeTemplate } from './checks';
import { resolveTemplates } from '../../src/review/assembly/resolve-templates';
import { loadExample } from '../examples/examples';

const EXAMPLE = 'cross-account-reader';
const SECRET = 'prod/payments/stripe/api_key';

/** The example of a secret that another account reads, as it stands: its two stacks in their two accounts. */
export async function deployToTwoAccounts(checks: Checks, accountOf: (id: string) => Account): Promise<void> {
  checks.begin(`The two stacks of examples/${EXAMPLE} are deployed, each to its own account`);
  const app = new App({ analyticsReporting: false });
  loadExample(EXAMPLE)(app);
  const [owners, readers] = resolveTemplates(app.synth());
  for (const { name, account, source } of [owners, readers]) {
    await bootstrap(accountOf(account));
    await accountOf(account).deploy(name, source);
  }
  const [owner, reader] = [owners, readers].map(({ account }) => accountOf(account));
  const value = randomBytes(16).toString('hex');
  await owner.putValue(SECRET, value);
  const secret = (await owner.secret(SECRET))!;
  checks.none('the secret has the resource policy of the template', unlikeTemplate(owners, new Map([[SECRET, secret]])));
  const resources = await reader.resourcesOf('reconciliation');
  checks.holds('the policy of the reader, which knows names alone, covers the secret', resources.some(each => covers(each, secret.arn)));
  const { SecretString } = await reader.secrets.send(new GetSecretValueCommand({ SecretId: secret.arn }));
  checks.holds('the other account reads by the ARN what the owner has put', SecretString === value);
}

/** What `cdk bootstrap` leaves for templates to look at. */
async function bootstrap(account: Account): Promise<void> {
  const version = { Name: '/cdk-bootstrap/hnb659fds/version', Value: '30', Type: 'String' };
  await account.json('ssm', 'AmazonSSM.PutParameter', version);
}
