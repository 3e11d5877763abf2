import { listOf } from './conditions';
import { and, Formula, missing, not, open, or } from './formula';
import type { PolicyValue, PrincipalElement, RequestPrincipal } from './types';

/** How a principal element is about the principal of a request; each is a truth of its own. */
export interface Naming {
  /** It names the very principal: the user, the session, the service, or everybody. */
  readonly directly: Formula;
  /** It names the role of the session, or the user who federated. */
  readonly byRole: Formula;
  /** It names the account. */
  readonly byAccount: Formula;
}

type Level = keyof Naming;

const NOT_AT_ALL: Naming = { directly: false, byRole: false, byAccount: false };
/** A policy without principals, such as that of an identity, is about its principal. */
export const EVERYBODY: Naming = { ...NOT_AT_ALL, directly: true };

/** @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html */
export function namingIn(element: PrincipalElement, principal: RequestPrincipal): Naming {
  if (element === '*') return EVERYBODY;
  if ('unknown' in element && typeof element.unknown === 'string') return { ...NOT_AT_ALL, directly: missing(element.unknown) };
  const named = Object.entries(element).flatMap(([type, values]) => listOf(values as PolicyValue).map(value => namingBy(type, value, principal)));
  const at = (level: Level) => or(...named.map(each => each[level]));
  return { directly: at('directly'), byRole: at('byRole'), byAccount: at('byAccount') };
}

function namingBy(type: string, value: PolicyValue, principal: RequestPrincipal): Naming {
  if (typeof value === 'object') return namedBy(canBegin(principal, value.startsWith) && missing(value.unknown));
  const text = String(value);
  switch (type) {
    case 'AWS': return namingByArn(text, principal);
    case 'Service': return namedBy(principal.kind === 'service' && (text === principal.arn || text === '*'));
    case 'CanonicalUser': return namedBy(principal.account !== undefined && missing(`the account of the canonical user ${text}`));
    case 'Federated': return namedBy(false); // who signs in elsewhere makes requests to these services as a role
    default: return namedBy(missing(`what the type of principal ${type} means, which IAM does not document`));
  }
}

function namedBy(directly: Formula): Naming {
  return { ...NOT_AT_ALL, directly };
}

function canBegin({ arn, account, kind }: RequestPrincipal, start = ''): boolean {
  const session = kind === 'role' ? `${sessionsOf(arn)}/` : '';
  return [arn, account ?? '', rootOf(arn, account), session].some(name => name.startsWith(start) || (session !== '' && name === session && start.startsWith(session)));
}

function namingByArn(text: string, principal: RequestPrincipal): Naming {
  const { arn, account, kind, sessionName, userArn } = principal;
  if (text === '*') return EVERYBODY;
  if (account === undefined) return NOT_AT_ALL;
  if (text === account || text === rootOf(arn, account)) return { ...NOT_AT_ALL, directly: kind === 'root', byAccount: kind !== 'root' };
  if (/^A[A-Z0-9]{15,}$/.test(text)) return namedBy(missing(`the principal with the unique id ${text}`));
  if (kind !== 'role') return { ...NOT_AT_ALL, directly: text === arn, byRole: kind === 'federated user' && namesUser(text, arn, userArn) };
  if (text === arn) return { ...NOT_AT_ALL, byRole: true };
  const sessions = `${sessionsOf(arn)}/`;
  if (!text.startsWith(sessions)) return NOT_AT_ALL;
  const named = text.slice(sessions.length);
  return namedBy(sessionName === undefined ? open({ key: 'sts:RoleSessionName', operator: 'StringEquals', values: [named] }) : sessionName === named);
}

function namesUser(text: string, arn: string, userArn: string | undefined): Formula {
  if (userArn !== undefined) return text === userArn;
  return text.startsWith(`${accountArn(arn)}:user/`) && missing(`the user who federated as ${arn}`);
}

/** `arn:aws:iam::111122223333`, of the ARN of anything of IAM or STS. */
function accountArn(arn: string): string {
  const [, partition, , , account] = arn.split(':');
  return `arn:${partition}:iam::${account}`;
}

function rootOf(arn: string, account: string | undefined): string {
  return account === undefined ? '' : `${accountArn(arn)}:root`;
}

/** The ARN that the sessions of a role have before their names; it has not the path of the role. */
function sessionsOf(roleArn: string): string {
  const [, partition, , , account, name] = roleArn.split(':');
  return `arn:${partition}:sts::${account}:assumed-role/${name.split('/').at(-1)}`;
}

/** By which names a policy of a resource can allow the principal; the empty one where its names are not all known. */
export function namesOf({ kind, arn, account, userArn }: RequestPrincipal): string[] {
  switch (kind) {
    case 'role': return [arn, sessionsOf(arn)];
    case 'root': return [arn, account!];
    case 'federated user': return [arn, userArn ?? ''];
    default: return [arn];
  }
}

/**
 * Whom `NotPrincipal` leaves. IAM may look at the account of a principal, its role and its session one after the other, so who is named only in
 * part may be denied or not; AWS says that the role and its account are enough.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html
 */
export function leftBy(element: PrincipalElement, principal: RequestPrincipal, { effect, bounded }: { effect: string; bounded: boolean }): Formula {
  if (effect === 'Allow') return missing('whom NotPrincipal allows, which IAM does not support');
  if (bounded && (principal.kind === 'role' || principal.kind === 'user')) return true;
  const { directly, byRole, byAccount } = namingIn(element, principal);
  const inPart = or(directly, byRole, byAccount);
  const self = principal.kind === 'role' ? byRole : directly;
  const whole = principal.kind === 'role' || principal.kind === 'user' ? and(self, byAccount) : directly;
  const everybody = element === '*' || namesEverybody(element);
  if (everybody) return false;
  return and(not(whole), or(not(inPart), missing('whether IAM denies a principal that NotPrincipal names without its account, or without its role')));
}

function namesEverybody(element: PrincipalElement): boolean {
  return typeof element === 'object' && 'AWS' in element && listOf(element.AWS as PolicyValue).includes('*');
}
