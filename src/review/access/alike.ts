import type { ReviewedPrincipal } from './reviewed-principal';
import { unknownIn } from '../assembly/unknown';
import type { PolicyDocument } from '../model/policy';
import { matches, matchesByComponent, patternOf } from '../policy/pattern';

/** What of a principal a policy can tell it by, besides what is in the key of its kind. */
const BY_PRINCIPAL = /aws:(principalarn|userid|username|principaltag)|\$\{/i;
const NAMED_PRINCIPALS = /arn:[^":]*:(?:iam|sts)::\d{12}:[^"]*/g;

/**
 * Puts principals together of which every decision is the same but for the names of their policies: those of one account with policies
 * of one text, where no policy asks who they are. So one of them can be asked for all.
 */
export class AlikePrincipals {
  private readonly named: Set<string>;
  private readonly apart: boolean;

  /** @param shared the policies that meet requests of several principals: of secrets, of keys, of organizations */
  constructor(shared: readonly PolicyDocument[]) {
    const text = JSON.stringify(shared);
    this.apart = BY_PRINCIPAL.test(text);
    this.named = new Set([...text.matchAll(NAMED_PRINCIPALS)].map(([arn]) => arn.split('/')[1] ?? arn));
  }

  /** Principals with the same key are alike. */
  public keyOf({ id, request, caller, role, permissionsBoundary }: ReviewedPrincipal): string {
    if (this.apart || role === undefined || role.unknownPolicies.length > 0 || this.named.has(request.arn.split('/').at(-1)!)) return id;
    const documents = role.identityPolicies.map(({ policy }) => withoutSids(policy));
    const bounds = [role.permissionsBoundary && withoutSids(role.permissionsBoundary.policy), permissionsBoundary === undefined];
    const text = JSON.stringify([request.kind, request.account, caller.tags, documents, bounds]);
    return BY_PRINCIPAL.test(text) ? id : text;
  }
}

function withoutSids(document: PolicyDocument): PolicyDocument {
  return { ...document, Statement: document.Statement.map(statement => ({ ...statement, Sid: undefined })) };
}

/** Wildcards that stand before the last part of an ARN: how far they reach is not only a matter of the text. */
const WILDCARD_IN_FRONT = /^(?!\*$)(?:[^:]*:){0,4}[^:]*[*?]/;

/**
 * Tells ARNs apart by what policies could say of them: two of which every text of the policies matches both or neither, exactly and by
 * wildcards, are the same to these policies.
 */
export class AlikeArns {
  private readonly patterns: { readonly text: string; readonly literal: string; readonly pattern: ReturnType<typeof patternOf> }[];
  /** A text of the policies depends on the request, so that no two ARNs are alike. */
  private readonly apart: boolean;

  constructor(documents: readonly (PolicyDocument | undefined)[]) {
    const texts = [...new Set(documents.flatMap(textsIn))];
    const patterns = texts.map(text => ({ text, literal: text.split(/[*?]/)[0].toLowerCase() }))
      .filter(({ literal }) => literal.startsWith('arn:') || 'arn:'.startsWith(literal));
    this.apart = unknownIn(documents) !== undefined || texts.some(text => text.includes('${') || text.includes('{{resolve:')) || patterns.some(({ text }) => WILDCARD_IN_FRONT.test(text));
    this.patterns = patterns.map(each => ({ ...each, pattern: patternOf(each.text) }));
  }

  public keyOf(arn: string): string {
    if (this.apart) return arn;
    const lower = arn.toLowerCase();
    return this.patterns.flatMap(({ text, literal, pattern }, index) => {
      if (!lower.startsWith(literal)) return [];
      const alike = [text === arn, text.toLowerCase() === lower, matches(pattern, arn), matchesByComponent(pattern, arn)];
      return alike.includes(true) ? [`${index}:${alike.map(Number).join('')}`] : [];
    }).join(' ');
  }
}

function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
}
