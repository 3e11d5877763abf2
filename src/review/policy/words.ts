import type { OpenCondition } from './formula';
import type { Requirement } from './types';

/** What the keys that policies of secrets and keys ask for are in words, in lower case. */
const SUBJECTS: Readonly<Record<string, string>> = {
  'aws:sourcevpce': 'the VPC endpoint of the request',
  'aws:sourcevpc': 'the VPC of the request',
  'aws:sourceip': 'the address of the caller',
  'aws:vpcsourceip': 'the address of the caller in its VPC',
  'aws:securetransport': 'the use of TLS',
  'aws:multifactorauthpresent': 'the use of multi-factor authentication',
  'aws:multifactorauthage': 'the seconds since multi-factor authentication',
  'aws:principalarn': 'the ARN of the principal',
  'aws:principalaccount': 'the account of the principal',
  'aws:principalorgid': 'the organization of the principal',
  'aws:principalorgpaths': 'the path of the principal in its organization',
  'aws:principaltype': 'the type of the principal',
  'aws:principalservicename': 'the service that makes the request',
  'aws:principalisawsservice': 'the request being one of an AWS service itself',
  'aws:viaawsservice': 'the request being made through an AWS service',
  'aws:calledvia': 'the services through which the request is made',
  'aws:resourceaccount': 'the account of the resource',
  'aws:resourceorgid': 'the organization of the resource',
  'aws:requestedregion': 'the region of the request',
  'aws:currenttime': 'the time of the request',
  'aws:epochtime': 'the time of the request',
  'aws:sourcearn': 'the resource on whose behalf the service asks',
  'aws:sourceaccount': 'the account on whose behalf the service asks',
  'aws:userid': 'the unique id of the principal',
  'aws:username': 'the name of the user',
  'aws:tagkeys': 'the keys of the tags in the request',
  'kms:viaservice': 'the service that uses the key for the caller',
  'kms:calleraccount': 'the account of the caller',
  'kms:encryptioncontextkeys': 'the keys of the encryption context',
  'kms:grantisforawsresource': 'the grant being for an AWS resource',
  'secretsmanager:versionstage': 'the version stage that is asked for',
  'secretsmanager:versionid': 'the version id that is asked for',
  'secretsmanager:secretid': 'the secret as the caller names it',
  'secretsmanager:resource/allowrotationlambdaarn': 'the rotation function of the secret',
  'secretsmanager:blockpublicpolicy': 'the parameter BlockPublicPolicy',
  'sts:rolesessionname': 'the name of the session',
  'resource': 'the ARN of the resource',
};

const PREFIXES: ReadonlyArray<readonly [string, string]> = [
  ['aws:principaltag/', 'the principal\'s tag'],
  ['aws:resourcetag/', 'the resource\'s tag'],
  ['secretsmanager:resourcetag/', 'the secret\'s tag'],
  ['aws:requesttag/', 'the tag in the request'],
  ['kms:encryptioncontext:', 'the encryption context'],
];

/** Whole clauses for what is asked most. */
const CLAUSES: Readonly<Record<string, readonly [string, string]>> = {
  'bool aws:securetransport true': ['the request uses TLS', 'the request does without TLS'],
  'bool aws:securetransport false': ['the request does without TLS', 'the request uses TLS'],
  'bool aws:multifactorauthpresent true': ['the principal has used multi-factor authentication', 'the principal is not known to have used multi-factor authentication'],
  'null aws:sourcevpce true': ['the request comes through no VPC endpoint', 'the request comes through a VPC endpoint'],
  'null aws:sourcevpc true': ['the request comes from no VPC', 'the request comes from a VPC'],
  'bool aws:viaawsservice true': ['an AWS service makes the request for the principal', 'no AWS service makes the request for the principal'],
  'bool aws:principalisawsservice true': ['an AWS service makes the request in its own name', 'no AWS service makes the request in its own name'],
};

/** What an operator says of its subject: with values after it, when it holds and when not. */
const VERBS: Readonly<Record<string, readonly [string, string]>> = {
  StringEquals: ['is', 'is not'],
  StringEqualsIgnoreCase: ['is, in any case of its letters,', 'is not, in any case of its letters,'],
  StringLike: ['is like', 'is not like'],
  ArnEquals: ['is like', 'is not like'],
  ArnLike: ['is like', 'is not like'],
  NumericEquals: ['is', 'is not'],
  NumericLessThan: ['is less than', 'is not less than'],
  NumericLessThanEquals: ['is at most', 'is not at most'],
  NumericGreaterThan: ['is greater than', 'is not greater than'],
  NumericGreaterThanEquals: ['is at least', 'is not at least'],
  DateEquals: ['is', 'is not'],
  DateLessThan: ['is before', 'is not before'],
  DateLessThanEquals: ['is at or before', 'is not at or before'],
  DateGreaterThan: ['is after', 'is not after'],
  DateGreaterThanEquals: ['is at or after', 'is not at or after'],
  Bool: ['is', 'is not'],
  BinaryEquals: ['is', 'is not'],
  IpAddress: ['is in', 'is not in'],
};

/** The condition as a clause. */
export function clauseOf({ key, operator, values }: OpenCondition, holds: boolean): string {
  const subject = subjectOf(key);
  const whole = CLAUSES[`${operator} ${key} ${values.join(' ')}`.toLowerCase()];
  if (whole !== undefined) return whole[holds ? 0 : 1];
  const named = namedClause(key, operator, values, holds);
  if (named !== undefined) return named;
  const [quantifier, name] = operator.includes(':') ? operator.split(':') : [undefined, operator];
  const wanted = alternatives(values);
  if (name === 'Null') return `${subject} is ${holds ? 'not ' : ''}in the request`;
  if (quantifier === undefined) return `${subject} ${VERBS[name][holds ? 0 : 1]} ${wanted}`;
  const each = quantifier === 'ForAllValues' ? `every value of ${subject}` : `a value of ${subject}`;
  return `${holds ? '' : 'it is not so that '}${each} ${VERBS[name][0]} ${wanted}`;
}

function namedClause(key: string, operator: string, values: readonly string[], holds: boolean): string | undefined {
  if (!/^String(Equals|Like)$/.test(operator)) return undefined;
  const verb = holds ? 'comes' : 'does not come';
  switch (key.toLowerCase()) {
    case 'aws:sourcevpce': return `the request ${verb} through VPC endpoint ${alternatives(values)}`;
    case 'aws:sourcevpc': return `the request ${verb} from VPC ${alternatives(values)}`;
    case 'kms:viaservice': return `the request ${verb} through ${alternatives(values)}`;
    default: return undefined;
  }
}

function subjectOf(key: string): string {
  const name = key.toLowerCase();
  const prefix = PREFIXES.find(([start]) => name.startsWith(start));
  return prefix === undefined ? SUBJECTS[name] ?? key : `${prefix[1]} ${key.slice(prefix[0].length)}`;
}

/** A variable is what it stands for. */
function alternatives(values: readonly string[]): string {
  return values.map(value => value.replace(/\$\{([*?$])\}/g, '$1').replace(/^\$\{([^},]+)\}$/, (_, key: string) => subjectOf(key))).join(' or ') || 'anything';
}

/** The requirement as one clause. */
export function wordsOf(requirement: Requirement): string {
  if ('words' in requirement) return requirement.words;
  const [parts, conjunction] = 'all' in requirement ? [requirement.all, ' and '] : [requirement.any, ' or '];
  return parts.map(part => 'words' in part ? part.words : `(${wordsOf(part)})`).join(conjunction);
}
