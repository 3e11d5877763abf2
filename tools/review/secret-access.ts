import {
  AccessModel, administrator, asFarAsKnown, atMost, Context, directDecrypt, listOf, Operation, readSecret, Role, Secret, Statement, writeSecret,
} from '../access';

/** A role that may or may not, which depends on policies of it that are not in the templates. */
export interface Undecided {
  readonly role: Role;
  /** Whether its known policies allow it. */
  readonly granted: boolean;
}

/** Who may do one thing with a secret. */
export interface Grantees {
  readonly roles: Role[];
  readonly undecided: Undecided[];
}

/** Who may do what with one secret, decided by simulation. */
export interface SecretAccess {
  readonly secret: Secret;
  /** Where the callers are assumed to call from, so that the guard rails of the secret let them through. */
  readonly caller: Context;
  readonly readers: Grantees;
  readonly writers: Grantees;
  /** Roles that Secrets Manager lets read the secret, and that cannot decrypt it. */
  readonly halfReaders: Role[];
  /** Whether an administrator of the account is refused when decrypting without Secrets Manager. */
  readonly secretsManagerOnly: boolean;
}

/** What a role may do as far as its policies are known, and at most. */
interface Answer {
  readonly role: Role;
  readonly known: Operation;
  readonly most: Operation;
}

/** Asks every role there is, those of other accounts too. The key of the secret must be in the model. */
export async function accessTo(model: AccessModel, secret: Secret): Promise<SecretAccess> {
  const caller = callerWithinGuardRails(secret);
  const ask = (operation: typeof readSecret) => Promise.all(model.roles.map(async (role): Promise<Answer> => {
    const known = await operation(model, asFarAsKnown(role), secret.arn, { context: caller });
    return { role, known, most: isKnown(role) ? known : await operation(model, atMost(role), secret.arn, { context: caller }) };
  }));
  const reads = await ask(readSecret);
  const { stack: { partition } } = secret;
  return {
    secret,
    caller,
    readers: grantees(reads),
    writers: grantees(await ask(writeSecret)),
    halfReaders: reads.filter(({ known, most }) => known.steps[0].decision === 'Allowed' && most.decision !== 'Allowed').map(({ role }) => role),
    secretsManagerOnly: await directDecrypt(model, administrator(secret.account, { partition }), secret.arn) !== 'Allowed',
  };
}

function grantees(answers: Answer[]): Grantees {
  const possible = answers.filter(({ most }) => most.decision === 'Allowed');
  return {
    roles: possible.filter(({ role }) => isKnown(role)).map(({ role }) => role),
    undecided: possible.filter(({ role }) => !isKnown(role)).map(({ role, known }) => ({ role, granted: known.decision === 'Allowed' })),
  };
}

function isKnown({ unknownPolicies }: Role): boolean {
  return unknownPolicies.length === 0;
}

/** What a role is known by already. Of its organization the templates know nothing. */
const KNOWN_OF_ROLE = /^aws:Principal(?!OrgID$)/;

/** The resource policy says who is outside: a member of the organization, calling through the endpoint, is not. */
function callerWithinGuardRails({ resourcePolicy }: Secret): Context {
  const denials = (resourcePolicy?.Statement ?? []).filter(({ Effect }) => Effect === 'Deny');
  return Object.fromEntries(denials.flatMap(allowedValues));
}

function allowedValues({ Condition = {} }: Statement): [string, string][] {
  return Object.entries(Condition)
    .filter(([operator]) => /^StringNot(Equals|Like)/.test(operator))
    .flatMap(([, byKey]) => Object.entries(byKey))
    .filter(([key]) => !KNOWN_OF_ROLE.test(key))
    .map(([key, values]) => [key, listOf(values as string | string[])[0]]);
}
