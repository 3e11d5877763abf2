import type { Decided, Operation, Place, PrincipalEntry, ReviewDocument, RotatorEntry, SecretEntry, StatementEntry } from './review-document';

const KINDS: Record<StatementEntry['kind'], string> = {
  'identity': 'policy',
  'permissions-boundary': 'permissions boundary',
  'resource': 'resource policy',
  'key': 'key policy',
  'endpoint': 'VPC endpoint policy',
  'service-control': 'service control policy',
  'resource-control': 'resource control policy',
};

/** A statement in a few words, such as `policy ReaderDefaultPolicy, statement 1, allows`. */
export function statementInWords({ kind, policy, statement, effect }: StatementEntry): string {
  return `${KINDS[kind]} ${policy}, statement ${statement}, ${effect === 'Allow' ? 'allows' : 'denies'}`;
}

/** The statements that a decision rests on, in words. */
export function pathInWords({ statements }: Pick<ReviewDocument, 'statements'>, { path }: Decided): string[] {
  return path.map(index => statementInWords(statements[index]));
}

const VERBS: Record<Operation, string> = { read: 'read', write: 'write', rotate: 'rotate', manage: 'manage' };

/** A decision in a sentence without its subject, such as `may read if the request comes through VPC endpoint vpce-1`. */
export function decisionInWords(operation: Operation, { decision, because, actions = [] }: Decided): string {
  const reasons = because.join(' and ');
  const verb = VERBS[operation] + (actions.length > 0 ? ` (${actions.join(', ')})` : '');
  switch (decision) {
    case 'allowed': return `may ${verb}`;
    case 'allowed-if': return `may ${verb} if ${reasons}`;
    case 'not-decided': return `${verb}: not decided, ${reasons}`;
    case 'half': return `cannot ${verb}, although a policy allows half of it: ${reasons}`;
  }
}

/** A principal as a reader knows it. */
export function principalInWords({ kind, id }: PrincipalEntry): string {
  if (kind === 'everyone') return 'everyone';
  return kind === 'other' ? id : `${kind} ${id}`;
}

/** A secret as a reader knows it: a replica has its region behind the name. */
export function secretInWords({ name, region, replicaOf }: SecretEntry): string {
  return replicaOf === undefined ? name : `${name} in ${region}`;
}

export function count(amount: number, noun: string, plural = `${noun}s`): string {
  return `${amount} ${amount === 1 ? noun : plural}`;
}

/** A list as a sentence has it: `a`, `a and b`, `a, b and c`. */
export function enumerated(words: string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}

/** Who rotates, and what is known of it: `Shop/Rotator (postgres, alternatingUsers)`. */
export function rotatorInWords({ kind, name, engine, strategy, credential }: RotatorEntry): string {
  const details = [engine, strategy, credential].filter(detail => detail !== undefined).join(', ');
  return `${kind === 'managed' ? 'the service that manages the secret' : name}${details && ` (${details})`}`;
}

/** Who makes the user in the database. */
export function userInWords({ path }: Place): string {
  return `made by the deployment, before the first rotation, by ${path}`;
}
