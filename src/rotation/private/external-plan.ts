import { Stack, Token } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { ADMIN_SECRET, type PartnerFacts } from './partner-facts';
import { callerWith, guardRailsOf, requireHere } from './rotator-fit';
import { SecretRotation } from './secret-rotation';
import { requireAllowedByGuardRails } from '../../access/private/guarded-rotation';
import { SecretNamespace } from '../../namespace/secret-namespace';
import { fail, pathOf } from '../../private/errors';
import { requireContent } from '../../secret/private/settings';
import { SecretContent } from '../../secret/secret-content';
import type { ManagedExternalSecretProps } from '../managed-external-secret-props';
import { requireSchedule } from '../rotation-schedule';

/** Longest key and value of an item of metadata. */
const MAX_KEY = 256;
const MAX_VALUE = 2048;

const TYPE = /^[A-Za-z0-9_-]+$/;

/** The props, checked and completed, before anything is created. */
export interface ExternalPlan {
  readonly content: SecretContent;
  readonly description: string;
  readonly metadata: { readonly key: string; readonly value: string }[];
}

export function externalPlan(scope: Construct, id: string, props: ManagedExternalSecretProps): ExternalPlan {
  const path = pathOf(scope, id);
  const { partner, schedule, rotateImmediately, adminSecret, content = SecretContent.empty() } = props;
  if (partner?.type === undefined || !('_facts' in partner)) {
    fail(path, '`partner` must be an ExternalPartner, such as ExternalPartner.SALESFORCE_CLIENT_SECRET');
  }
  if (!TYPE.test(partner.type)) fail(path, `\`type\` of \`partner\` must be one of AWS's list, got ${JSON.stringify(partner.type)}`);
  requireHere(path, Stack.of(scope), 'adminSecret', adminSecret);
  const metadata = metadataOf(path, props);
  requireValue(path, requireContent(path, content), partner._facts);
  if (rotateImmediately && schedule === undefined) {
    fail(path, '`rotateImmediately` must come with `schedule`, because nothing is rotated without one; give that, or leave it out');
  }
  if (schedule) {
    requireSchedule(path, schedule);
    schedule._check(path);
    requireInTime(path, new SecretRotation('none', schedule._rules(path, path)), metadata, partner._facts);
  }
  const guardRails = guardRailsOf(SecretNamespace._find(scope, path, props.namespace), adminSecret ? [{ secret: adminSecret }] : []);
  requireAllowedByGuardRails(path, guardRails, callerWith({}));
  return {
    content,
    description: props.description ?? descriptionOf(partner.type, partner._facts),
    metadata: Object.entries(metadata).map(([key, value]) => ({ key, value })),
  };
}

/** What somebody must put. */
function descriptionOf(type: string, facts?: PartnerFacts): string {
  return facts === undefined ? `Managed external secret, ${type}` : `Managed external secret, ${type}, as JSON: ${facts.fields.join(', ')}`;
}

type Metadata = Record<string, string>;

function metadataOf(path: string, { partner, metadata: given = {}, adminSecret }: ManagedExternalSecretProps): Metadata {
  if (given[ADMIN_SECRET] !== undefined) {
    fail(path, `\`metadata\` must not hold \`${ADMIN_SECRET}\`, because the rotation must be allowed to read that secret; give `
      + '`adminSecret`');
  }
  const metadata: Metadata = { ...given, ...adminSecret && { [ADMIN_SECRET]: adminSecret.secretFullArn ?? adminSecret.secretArn } };
  const tooLong = Object.entries(metadata).find(([key, value]) => !isShort(key, MAX_KEY) || !isShort(value, MAX_VALUE));
  if (tooLong) {
    fail(path, `\`metadata\` must have keys of 1 to ${MAX_KEY} and values of 1 to ${MAX_VALUE} characters, got another length of `
      + `${JSON.stringify(tooLong[0].slice(0, 40))}; correct it`);
  }
  if (partner._facts) requireKeys(path, metadata, partner._facts);
  return metadata;
}

function isShort(text: string, max: number): boolean {
  return Token.isUnresolved(text) || (typeof text === 'string' && text.length >= 1 && text.length <= max);
}

/** One error that names all keys. */
function requireKeys(path: string, metadata: Metadata, { type, metadata: keys }: PartnerFacts): void {
  const missing = Object.keys(keys).filter(key => keys[key].required && metadata[key] === undefined);
  const unknown = Object.keys(metadata).filter(key => keys[key] === undefined);
  if (missing.length > 0 || unknown.length > 0) {
    fail(path, `\`metadata\` must be that of ${type}, ${inWords(keys)}, got ${inList(Object.keys(metadata))}; `
      + [...missing.map(key => `give \`${propOf(key)}\``), ...unknown.map(key => `leave \`${propOf(key)}\` out`)].join(', '));
  }
  for (const [key, value] of Object.entries(metadata)) {
    const rule = keys[key].value;
    if (rule && !Token.isUnresolved(value) && !rule.takes(value)) {
      fail(path, `\`${key}\` of \`metadata\` must be ${rule.words}, got ${JSON.stringify(value)}`);
    }
  }
}

function propOf(key: string): string {
  return key === ADMIN_SECRET ? 'adminSecret' : key;
}

function inWords(keys: PartnerFacts['metadata']): string {
  return inList(Object.entries(keys).map(([key, { required }]) => `${key} (${required ? 'required' : 'optional'})`));
}

function inList(texts: string[]): string {
  return texts.length === 0 ? 'none' : texts.join(', ');
}

/** The partner makes the value: one that Secrets Manager generates would log in nowhere. */
function requireValue(path: string, content: SecretContent, facts?: PartnerFacts): void {
  const { generateSecretString, secretObjectValue } = content._render(path);
  if (!content._isEmpty && generateSecretString) {
    fail(path, '`content` must not be generated, because the partner makes the value; leave it out, and put the value when the secret is '
      + 'there');
  }
  const missing = facts?.fields.filter(field => secretObjectValue && !field.endsWith('?') && !(field in secretObjectValue)) ?? [];
  if (missing.length > 0) {
    fail(path, `\`content\` must hold ${missing.map(each => `\`${each}\``).join(', ')}, which the rotation of ${facts!.type} reads; add `
      + 'them');
  }
}

/** A credential that dies between two rotations logs in nowhere, and could not rotate itself. */
function requireInTime(path: string, { longestInterval }: SecretRotation, metadata: Metadata, facts?: PartnerFacts): void {
  if (facts === undefined || longestInterval === undefined) return;
  const days = longestInterval.toHours() / 24;
  const { lifetime, mostDays, type } = facts;
  if (mostDays !== undefined && days > mostDays) {
    fail(path, `\`schedule\` must rotate ${type} every ${mostDays} days at least, got up to ${Math.ceil(days)}; give a shorter one`);
  }
  const alive = lifetime && Number(metadata[lifetime.key] ?? lifetime.defaultDays ?? Infinity);
  if (alive !== undefined && days >= alive) {
    fail(path, `\`schedule\` must be shorter than the ${alive} days that ${type} lives, got up to ${Math.ceil(days)} days; give a shorter `
      + `one, or a greater \`${lifetime!.key}\``);
  }
}
