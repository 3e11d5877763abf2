import { Evidence, Flaw, Rule, RuleOptions, SECRETS_MANAGER_GUIDE } from './rule';
import { DEFAULT_HIERARCHY } from './secret-rules';
import { widePatterns } from './wide-statements';
import { SHARED_WITH_METADATA } from '../../private/shared-with';
import { AccessEntry, Decided, Operation, OPERATIONS, PrincipalEntry, SecretEntry } from '../document/review-document';
import { decisionInWords, enumerated, principalInWords, secretInWords } from '../document/words';
import { asDocument, listOf, PolicyDocument } from '../model/policy';
import { Placed, resourcesOfType } from '../model/roles';

/** What one principal may do with one secret. */
interface Access {
  readonly secret: SecretEntry;
  readonly principal: PrincipalEntry;
  readonly operations: AccessEntry['operations'];
}

const ACCESS = new WeakMap<Evidence['document'], Access[]>();

/** Made once, for a large app has a million. */
function accessOf({ document }: Evidence): Access[] {
  const before = ACCESS.get(document);
  if (before !== undefined) return before;
  const { secrets, principals, access } = document;
  const secretOf = new Map(secrets.map(secret => [secret.id, secret]));
  const principalOf = new Map(principals.map(principal => [principal.id, principal]));
  const made = access.map(({ secret, principal, operations }) =>
    ({ secret: secretOf.get(secret)!, principal: principalOf.get(principal)!, operations }));
  ACCESS.set(document, made);
  return made;
}

function decisions({ operations }: Access, ...wanted: Decided['decision'][]): [Operation, Decided][] {
  return OPERATIONS.flatMap((operation): [Operation, Decided][] => {
    const decided = operations[operation];
    return decided !== undefined && wanted.includes(decided.decision) ? [[operation, decided]] : [];
  });
}

function inWords(decided: [Operation, Decided][]): string {
  return enumerated(decided.map(([operation, each]) => decisionInWords(operation, each)));
}

const publicAccess: Rule = {
  id: 'public-access',
  severity: 'error',
  finds: 'a secret that everybody in the world may use',
  fix: 'name the principals, or give the statement a condition that only they meet',
  page: `${SECRETS_MANAGER_GUIDE}/auth-and-access_resource-policies.html`,
  flaws: evidence => accessOf(evidence).filter(({ principal }) => principal.kind === 'everyone').flatMap((access): Flaw[] => {
    const allowed = decisions(access, 'allowed');
    return allowed.length === 0 ? [] : [{
      place: access.secret.place, message: `everybody, of any account, ${inWords(allowed)} ${secretInWords(access.secret)}`,
    }];
  }),
};

const crossAccountAccess: Rule = {
  id: 'cross-account-access',
  severity: 'warning',
  finds: 'access of another account or organization that nobody declared',
  fix: 'share the secret by a CrossAccountSecretPolicy, or name the account or the organization in allowedAccounts',
  page: `${SECRETS_MANAGER_GUIDE}/auth-and-access_examples_cross.html`,
  flaws: (evidence, options) => {
    const declared = declaredAccounts(evidence, options);
    return accessOf(evidence).filter(({ secret, principal }) => isForeign(secret, principal) && !declared.has(accountOf(principal)!))
      .flatMap((access): Flaw[] => {
        const allowed = decisions(access, 'allowed', 'allowed-if');
        return allowed.length === 0 ? [] : [{
          place: access.secret.place,
          message: `${principalInWords(access.principal)} ${inWords(allowed)}, and is not of account ${access.secret.account}`,
        }];
      });
  },
};

function isForeign(secret: SecretEntry, principal: PrincipalEntry): boolean {
  const account = accountOf(principal);
  return account !== undefined && account !== secret.account && !['service', 'everyone'].includes(principal.kind);
}

/** The account, or the id of the organization. */
function accountOf({ kind, id, account }: PrincipalEntry): string | undefined {
  return kind === 'organization' ? /o-[a-z0-9]+/.exec(id)?.[0] ?? id : account ?? /^\d{12}$|(?<=^arn:[^:]+:[^:]+:[^:]*:)\d{12}/.exec(id)?.[0];
}

function declaredAccounts({ stacks }: Evidence, { allowedAccounts = [] }: RuleOptions): Set<string> {
  const shared = stacks.flatMap(stack => stack.metadata(SHARED_WITH_METADATA)).flatMap(({ data }) => listOf(data as string | string[]));
  return new Set([...allowedAccounts, ...shared]);
}

const grantWithoutKey: Rule = {
  id: 'grant-without-key',
  severity: 'error',
  finds: 'a grant of the secret without its key, or of the key without its secret: every call fails',
  fix: 'grant both, in the policy of the principal; `grantRead` of a ManagedSecret does',
  page: `${SECRETS_MANAGER_GUIDE}/security-encryption.html#security-encryption-authz`,
  flaws: evidence => half(evidence, (secret, principal) => !isForeign(secret, principal) && !READS_BY_GRANT.includes(principal.id)),
};

/**
 * Services that make themselves a grant on the key, which no template shows.
 *
 * @see https://docs.aws.amazon.com/msk/latest/developerguide/msk-password-tutorial.html
 */
const READS_BY_GRANT = ['kafka.amazonaws.com'];

const halfCrossAccountRead: Rule = {
  id: 'half-cross-account-access',
  severity: 'error',
  finds: 'access of another account of which one of its policies is missing: every call fails',
  fix: 'the resource policy of the secret, the policy of its key and the policy of the principal must all allow it',
  page: `${SECRETS_MANAGER_GUIDE}/auth-and-access_examples_cross.html`,
  flaws: evidence => half(evidence, isForeign),
};

function half(evidence: Evidence, applies: (secret: SecretEntry, principal: PrincipalEntry) => boolean): Flaw[] {
  return accessOf(evidence).filter(({ secret, principal }) => applies(secret, principal)).flatMap(access => decisions(access, 'half').map(decided => ({
    place: access.principal.place ?? access.secret.place,
    message: `${principalInWords(access.principal)} ${inWords([decided])} (${secretInWords(access.secret)})`,
  })));
}

const blockPublicPolicy: Rule = {
  id: 'block-public-policy',
  severity: 'warning',
  finds: 'a resource policy that Secrets Manager stores without a check for public access',
  fix: 'set BlockPublicPolicy to true',
  page: `${SECRETS_MANAGER_GUIDE}/auth-and-access_resource-policies.html`,
  flaws: ({ stacks, placeOf }) => resourcesOfType(stacks, 'AWS::SecretsManager::ResourcePolicy')
    .filter(({ resource: { Properties: { BlockPublicPolicy = false } = {} } }) => String(BlockPublicPolicy) === 'false')
    .map(policy => ({ place: placeOf(policy), message: 'the resource policy is stored without a check for public access' })),
};

const widerThanPrefix: Rule = {
  id: 'access-wider-than-prefix',
  severity: 'warning',
  finds: 'a policy that reads or writes secrets beyond one prefix',
  fix: 'name the secret, or the prefix of one service, or require a tag of the secrets in the condition',
  page: `${SECRETS_MANAGER_GUIDE}/auth-and-access_examples.html`,
  flaws: ({ stacks, placeOf }, { hierarchy = DEFAULT_HIERARCHY }) => {
    const levels = Math.min(...hierarchy.map(prefix => prefix.split('/').length - 1));
    return resourcesOfType(stacks, ...Object.keys(IDENTITY_POLICIES)).filter(placed => !isBoundaryAlone(placed, stacks)).flatMap(placed => {
      const wide = [...new Set(IDENTITY_POLICIES[placed.resource.Type](placed).flatMap(policy => widePatterns(policy, levels)))];
      const managed = listOf<string>(placed.resource.Properties?.ManagedPolicyArns).filter(arn => WIDE_MANAGED_POLICIES.test(arn));
      return [
        ...wide.length === 0 ? [] : [{ place: placeOf(placed), message: `allows reading or writing secrets on ${wide.join(', ')}` }],
        ...managed.map(arn => ({ place: placeOf(placed), message: `has the managed policy ${arn}, which reads every secret of the account` })),
      ];
    });
  },
};

/** A permissions boundary grants nothing, however wide it is. */
function isBoundaryAlone({ resource: { Type, Properties = {} }, stack, logicalId }: Placed, stacks: Evidence['stacks']): boolean {
  if (Type !== 'AWS::IAM::ManagedPolicy' || [Properties.Roles, Properties.Users, Properties.Groups].some(each => listOf(each).length > 0)) return false;
  const arn = stack.ref(logicalId);
  const identities = resourcesOfType(stacks, 'AWS::IAM::Role', 'AWS::IAM::User', 'AWS::IAM::Group').map(({ resource }) => resource.Properties ?? {});
  return identities.some(({ PermissionsBoundary }) => PermissionsBoundary === arn)
    && !identities.some(({ ManagedPolicyArns }) => listOf(ManagedPolicyArns).includes(arn));
}

const WIDE_MANAGED_POLICIES = /^arn:[^:]+:iam::aws:policy\/(AdministratorAccess|PowerUserAccess|SecretsManagerReadWrite|AWSSecretsManagerClientReadOnlyAccess)$/;

const document = ({ resource: { Properties = {} } }: Placed): PolicyDocument[] =>
  listOf(Properties.PolicyDocument).map(asDocument);
const inline = ({ resource: { Properties = {} } }: Placed): PolicyDocument[] =>
  listOf<any>(Properties.Policies).map(policy => asDocument(policy.PolicyDocument));

/** Where identity policies stand, by the type of the resource. */
const IDENTITY_POLICIES: Record<string, (placed: Placed) => PolicyDocument[]> = {
  'AWS::IAM::Policy': document,
  'AWS::IAM::ManagedPolicy': document,
  'AWS::IAM::RolePolicy': document,
  'AWS::IAM::UserPolicy': document,
  'AWS::IAM::GroupPolicy': document,
  'AWS::IAM::Role': inline,
  'AWS::IAM::User': inline,
  'AWS::IAM::Group': inline,
};

export const ACCESS_RULES: Rule[] = [publicAccess, crossAccountAccess, grantWithoutKey, halfCrossAccountRead, blockPublicPolicy, widerThanPrefix];
