import type { Rule } from './rule';
import { textOf } from '../assembly/unknown';
import { Attachment, attachmentOf } from '../model/attachments';
import type { Secret } from '../model/model';

/** The first release of MariaDB whose users may log in by IAM. */
const MARIADB_FROM = [10, 6];

/** Whether users of the database may log in by IAM now, or could if it were turned on; undefined where they cannot, and where it is not known. */
function loginByIam({ targetType, database }: Attachment): 'on' | 'possible' | undefined {
  if (database === undefined) return undefined;
  const version = textOf(database.EngineVersion);
  // These have nothing to turn on.
  if (targetType === 'AWS::Redshift::Cluster') return 'on';
  if (targetType === 'AWS::DocDB::DBCluster') return version?.startsWith('5.') ? 'on' : undefined;
  const engine = textOf(database.Engine) ?? '';
  const isOffered = targetType === 'AWS::RDS::DBCluster'
    ? engine.startsWith('aurora-')
    : ['mysql', 'postgres'].includes(engine) || engine === 'mariadb' && isSince(version, MARIADB_FROM);
  if (!isOffered) return undefined;
  return String(database.EnableIAMDatabaseAuthentication) === 'true' ? 'on' : 'possible';
}

function isSince(version: string | undefined, [major, minor]: number[]): boolean {
  const [ofMajor = 0, ofMinor = 0] = (version ?? '').split('.').map(Number);
  return ofMajor > major || ofMajor === major && ofMinor >= minor;
}

/** The master user keeps its password: it is who lets other users log in by IAM. */
function isOfMasterUser({ arn }: Secret, { database }: Attachment): boolean {
  return (textOf(database?.MasterUserPassword) ?? '').includes(arn);
}

const MESSAGES = {
  on: 'the database takes logins by IAM, for which its users need no password',
  possible: 'the database could take logins by IAM, for which its users need no password; that is not turned on',
} as const;

const passwordNotNeeded: Rule = {
  id: 'password-not-needed',
  severity: 'note',
  isHint: true,
  finds: 'a rotated password of a user of a database whose users may log in by IAM, or could',
  fix: 'let the application log in with a token of IAM and remove the secret, or acknowledge why it cannot',
  page: 'https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.IAMDBAuth.html',
  flaws: ({ model, stacks, placeOf }) => model.secrets.filter(({ rotationSchedules }) => rotationSchedules.length > 0).flatMap(secret => {
    const attachment = attachmentOf(secret, stacks);
    const login = attachment && !isOfMasterUser(secret, attachment) && loginByIam(attachment);
    return login ? [{ place: placeOf(secret), message: MESSAGES[login] }] : [];
  }),
};

export const PASSWORD_RULES: readonly Rule[] = [passwordNotNeeded];
