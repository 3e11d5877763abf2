import type { Difference } from './differences';
import type { Case } from './generator';
import { ACCOUNT, ROLE, SECRET } from './vocabulary';
import type { PolicyStatement } from '../../src/review/policy/types';

/** Why the simulator is not followed. */
interface Known {
  /** What the simulator does. */
  readonly simulator: string;
  /** What AWS documents. */
  readonly aws: string;
  readonly page: string;
  /** A request in which it is so. */
  readonly example: Case;
}

const GUIDE = 'https://docs.aws.amazon.com/IAM/latest/UserGuide';
const OPERATORS = `${GUIDE}/reference_policies_elements_condition_operators.html`;
const VARIABLES = `${GUIDE}/reference_policies_variables.html`;
const RESOURCE = `${GUIDE}/reference_policies_elements_resource.html`;

const READ: Case = {
  principal: { kind: 'role', arn: ROLE, account: ACCOUNT, sessionName: 'morning' },
  action: 'secretsmanager:GetSecretValue',
  resource: SECRET,
  resourceAccount: ACCOUNT,
  context: {},
  identity: [],
  serviceControl: [],
  resourceControl: [],
};

function allowing(statement: Partial<PolicyStatement>, context: Case['context'] = {}, Version = '2012-10-17'): Case {
  const { NotResource } = statement;
  const whole: PolicyStatement = { Effect: 'Allow', Action: '*', ...(NotResource === undefined && { Resource: '*' }), ...statement };
  return { ...READ, context, identity: [{ ...(Version !== '' && { Version }), Statement: [whole] }] };
}

export const KNOWN_DIFFERENCES: Readonly<Record<Difference, Known>> = {
  'IfExists of ForAnyValue': {
    simulator: 'does not match when the key is absent',
    aws: '`IfExists` is true for a key that is absent, at the end of any operator but `Null`',
    page: `${OPERATORS}#Conditions_IfExists`,
    example: allowing({ Condition: { 'ForAnyValue:StringEqualsIfExists': { 'aws:TagKeys': 'prod' } } }),
  },
  'variable without a value': {
    simulator: 'does not match, whatever the operator or element',
    aws: 'an inverted operator matches; a value of `Resource` or `NotResource` matches nothing, so that `NotResource` is about the resource',
    page: `${VARIABLES}#policy-vars-no-value`,
    example: allowing({ Condition: { StringNotEquals: { 'aws:PrincipalTag/team': '${aws:username}' } } }, { 'aws:PrincipalTag/team': 'dev' }),
  },
  'addresses of two versions': {
    simulator: 'does not match `NotIpAddress` of a single address when it is of the other version of IP',
    aws: '`NotIpAddress` matches every address but that of the policy',
    page: `${OPERATORS}#Conditions_IPAddress`,
    example: allowing({ Condition: { NotIpAddress: { 'aws:SourceIp': '2001:db8::1' } } }, { 'aws:SourceIp': '10.0.0.1' }),
  },
  'spelling of IPv6': {
    simulator: 'compares the texts of two IPv6 addresses',
    aws: 'an address is in a range, whichever way RFC 4291 lets it be written',
    page: `${OPERATORS}#Conditions_IPAddress`,
    example: allowing({ Condition: { IpAddress: { 'aws:SourceIp': '2001:db8:0:0:0:0:0:1' } } }, { 'aws:SourceIp': '2001:db8::1' }),
  },
  'range of every address': {
    simulator: 'finds no address in `0.0.0.0/0`',
    aws: 'a range is in CIDR notation (RFC 4632): this one has every IPv4 address',
    page: `${OPERATORS}#Conditions_IPAddress`,
    example: allowing({ Condition: { IpAddress: { 'aws:SourceIp': '0.0.0.0/0' } } }, { 'aws:SourceIp': '10.0.0.1' }),
  },
  'seconds as a date': {
    simulator: 'does not compare seconds since 1970 with a date, or takes them for something else',
    aws: 'a date is in a format of ISO 8601 or in seconds since 1970',
    page: `${OPERATORS}#Conditions_Date`,
    example: allowing({ Condition: { DateGreaterThan: { 'aws:CurrentTime': '2025-12-31' } } }, { 'aws:CurrentTime': '1767225600' }),
  },
  'special variable': {
    simulator: 'does not replace `${*}`, `${?}` and `${$}` where strings are equal or not',
    aws: 'they are a star, a question mark and a dollar sign in any string that can have variables',
    page: `${VARIABLES}#policy-vars-specialchars`,
    example: allowing({ Condition: { StringEquals: { 'aws:SourceVpce': 'p${*}d' } } }, { 'aws:SourceVpce': 'p*d' }),
  },
  'empty values': {
    simulator: 'takes a key without a value, or with an empty text, for one that has a value',
    aws: '`ForAllValues` is true and `ForAnyValue` is false for it; `Null` is true for a key whose value is null',
    page: `${GUIDE}/reference_policies_condition-single-vs-multi-valued-context-keys.html`,
    example: allowing({ Condition: { Null: { 'aws:TagKeys': 'true' } } }, { 'aws:TagKeys': [] }),
  },
  '* beyond a colon': {
    simulator: 'keeps each `*` inside its segment',
    aws: 'a `*` that is the last character of a segment can match beyond the colon',
    page: `${RESOURCE}#reference_policies_elements_resource_wildcards`,
    example: allowing({ Resource: 'arn:aws:secretsmanager:*:secret:prod/*' }),
  },
  'incomplete ARN': {
    simulator: 'does not apply a `NotResource` of another service that is an incomplete ARN',
    aws: 'the statement is about every resource that `NotResource` does not match',
    page: `${GUIDE}/reference_policies_elements_notresource.html`,
    example: {
      ...READ, resourcePolicy: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: '*', Action: '*', NotResource: 'arn:aws:kms:*' }] },
    },
  },
  'variable in an old version': {
    simulator: 'replaces policy variables whatever the version of the policy',
    aws: 'they are plain text in a policy without `"Version": "2012-10-17"`',
    page: `${GUIDE}/reference_policies_elements_version.html`,
    example: allowing({ Condition: { StringEquals: { 'aws:SourceVpce': '${aws:PrincipalTag/team}' } } }, { 'aws:SourceVpce': 'dev', 'aws:PrincipalTag/team': 'dev' }, ''),
  },
  'session policy': {
    simulator: 'denies what the session policy does not allow, whatever the policy of the resource names',
    aws: 'what a resource allows to the session itself, or to everybody, is limited by no implicit denial of a session policy',
    page: `${GUIDE}/reference_policies_evaluation-logic_policy-eval-denyallow.html`,
    example: {
      ...READ,
      session: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 's3:*', Resource: '*' }] },
      resourcePolicy: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: '*', Action: '*', Resource: '*' }] },
    },
  },
};
