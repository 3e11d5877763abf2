import type { AccessKeyValue } from '../../../lambda/rotation/kinds/iam/iam-access-key';
import { IamAccessKeyKind } from '../../../lambda/rotation/kinds/iam/iam-access-key';
import { SesSmtpPasswordKind, SmtpValue } from '../../../lambda/rotation/kinds/iam/ses-smtp-password';
import { smtpLogsIn } from '../../../lambda/rotation/kinds/iam/smtp-login';
import { LocalIam, REGION } from '../../../tools/servers/local-iam';
import type { KindUnderTest, OwnerUnderTest } from '../rotation/kind-world';

/** A key that somebody else has made for the user, and uses. */
async function stranger(iam: LocalIam, user: string): Promise<() => Promise<boolean>> {
  const key = await iam.createKey(user).catch(() => undefined);
  if (!key) return async () => true;
  await iam.use(key);
  return async () => (await iam.keysOf(user)).includes(key.accessKeyId);
}

const tagsOf = (user: string) => ({ 'cdk-managed-secrets:user': user, 'cdk-managed-secrets:dedicated': 'true' });

async function accessKeys(iam: LocalIam): Promise<OwnerUnderTest> {
  const user = await iam.user();
  return {
    kind: new IamAccessKeyKind(() => iam.client(), key => iam.sts(key)),
    tags: tagsOf(user),
    accepts: async text => iam.isTaken(JSON.parse(text) as AccessKeyValue),
    valuesIn: text => [(JSON.parse(text) as AccessKeyValue).secretAccessKey],
    stranger: async () => stranger(iam, user),
  };
}

async function smtpPasswords(iam: LocalIam): Promise<OwnerUnderTest> {
  const user = await iam.user();
  const server = { host: 'localhost', port: iam.smtpPort, ca: [iam.ca] };
  return {
    kind: new SesSmtpPasswordKind(() => iam.client(), () => server),
    tags: tagsOf(user),
    environment: { SES_REGION: REGION },
    accepts: async (text) => {
      const { username, password } = JSON.parse(text) as SmtpValue;
      return smtpLogsIn({ username, password }, { ...server, timeoutMs: 10_000 });
    },
    valuesIn: text => [(JSON.parse(text) as SmtpValue).password],
    stranger: async () => stranger(iam, user),
  };
}

/** Both kinds of a user of IAM, as the suite of all kinds wants them. */
export function kindsOfIam(iam: () => Promise<LocalIam>): KindUnderTest[] {
  const log = async () => `${(await iam()).log()} `;
  const provedOn = async () => `${(await iam()).product()} in place of AWS`;
  return [
    { title: 'access key of IAM', provedOn, keepsPrevious: true, log, make: async () => accessKeys(await iam()) },
    { title: 'SMTP password of Amazon SES', provedOn, keepsPrevious: true, log, make: async () => smtpPasswords(await iam()) },
  ];
}
