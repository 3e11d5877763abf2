import { AccessModel, administrator, Context, directDecrypt, listOf, readSecret, Role, Secret, Statement, writeSecret } from '../access';

/** Who may do what with one secret, decided by simulation. */
export interface SecretAccess {
  readonly secret: Secret;
  /** Where the callers are assumed to call from, so that the guard rails of the secret let them through. */
  readonly caller: Context;
  readonly readers: Role[];
  readonly writers: Role[];
  /** Roles that Secrets Manager lets read the secret, and that cannot decrypt it. */
  readonly halfReaders: Role[];
  /** Whether an administrator of the account is refused when decrypting without Secrets Manager. */
  readonly secretsManagerOnly: boolean;
}

/** Asks every role there is, those of other accounts too. The key of the secret must be in the model. */
export async function accessTo(model: AccessModel, secret: Secret): Promise<SecretAccess> {
  const caller = callerWithinGuardRails(secret);
  const asked = await Promise.all(model.roles.map(async role => ({
    role,
    read: await readSecret(model, role, secret.arn, { context: caller }),
    write: await writeSecret(model, role, secret.arn, { context: caller }),
  })));
  const { stack: { partition } } = secret;
  return {
    secret,
    caller,
    readers: asked.filter(({ read }) => read.decision === 'Allowed').map(({ role }) => role),
    writers: asked.filter(({ write }) => write.decision === 'Allowed').map(({ role }) => role),
    halfReaders: asked.filter(({ read }) => read.decision !== 'Allowed' && read.steps[0].decision === 'Allowed').map(({ role }) => role),
    secretsManagerOnly: await directDecrypt(model, administrator(secret.account, { partition }), secret.arn) !== 'Allowed',
  };
}

/** Keys by which a guard rail tells its own from others. */
const GUARD_RAIL_KEYS = ['aws:PrincipalOrgID', 'aws:SourceVpce'];

/** The resource policy says who is outside: a member of the organization, calling through the endpoint, is not. */
function callerWithinGuardRails({ resourcePolicy }: Secret): Context {
  const denials = (resourcePolicy?.Statement ?? []).filter(({ Effect }) => Effect === 'Deny');
  return Object.fromEntries(denials.flatMap(statement => GUARD_RAIL_KEYS.flatMap(key => allowedValue(statement, key))));
}

function allowedValue({ Condition = {} }: Statement, key: string): [string, string][] {
  return Object.entries(Condition)
    .filter(([operator, byKey]) => /^StringNot(Equals|Like)/.test(operator) && key in byKey)
    .map(([, byKey]) => [key, listOf(byKey[key] as string | string[])[0]]);
}
