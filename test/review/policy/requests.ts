import { compile } from '../../../src/review/policy/compile';
import { decide } from '../../../src/review/policy/decide';
import type { AccessRequest, CompiledPolicy, ConditionBlock, Decision, PolicySet, PolicyStatement, RequestContext, RequestPrincipal } from '../../../src/review/policy/types';

export const ACCOUNT = '111122223333';
export const OTHER = '444455556666';
export const SECRET = `arn:aws:secretsmanager:eu-west-1:${ACCOUNT}:secret:prod/payments-AbCdEf`;
export const KEY = `arn:aws:kms:eu-west-1:${ACCOUNT}:key/1234abcd-12ab-34cd-56ef-1234567890ab`;
export const ROLE: RequestPrincipal = { kind: 'role', arn: `arn:aws:iam::${ACCOUNT}:role/app/Reader`, account: ACCOUNT, sessionName: 'morning' };
export const SESSION = `arn:aws:sts::${ACCOUNT}:assumed-role/Reader/morning`;
export const USER: RequestPrincipal = { kind: 'user', arn: `arn:aws:iam::${ACCOUNT}:user/carlos`, account: ACCOUNT };
export const FOREIGN: RequestPrincipal = { kind: 'role', arn: `arn:aws:iam::${OTHER}:role/Reader`, account: OTHER, sessionName: 'morning' };

export function policy(...Statement: PolicyStatement[]): CompiledPolicy {
  return compile({ name: 'policy', document: { Version: '2012-10-17', Statement } });
}

export const allow = (more: Partial<PolicyStatement> = {}): PolicyStatement => ({ Effect: 'Allow', Action: '*', ...(!('NotResource' in more) && { Resource: '*' }), ...more });
export const deny = (more: Partial<PolicyStatement> = {}): PolicyStatement => ({ ...allow(more), Effect: 'Deny' });

export const EVERYTHING = policy(allow());
export const NOTHING = policy(allow({ Action: 's3:GetObject' }));
export const unknown = (what = 'the document of Audit') => compile({ name: 'unknown', document: { unknown: what } });

export function ask(policies: PolicySet, request: Partial<AccessRequest> = {}): Decision {
  return decide({ principal: ROLE, action: 'secretsmanager:GetSecretValue', resource: SECRET, resourceAccount: ACCOUNT, context: { known: {}, otherwise: 'absent' }, ...request }, policies);
}

/** The outcome for an identity policy with one condition. */
export function matching(Condition: ConditionBlock, context: RequestContext | RequestContext['known'], Version: string | undefined = '2012-10-17'): Decision['outcome'] {
  const document = { ...(Version !== '' && { Version }), Statement: allow({ Condition }) };
  const asked = (typeof context.known === 'object' && !Array.isArray(context.known) ? context : { known: context, otherwise: 'absent' }) as RequestContext;
  return ask({ identity: [compile({ name: 'policy', document })] }, { context: asked }).outcome;
}
