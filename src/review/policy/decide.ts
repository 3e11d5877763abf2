import { AllEvidence, allowed, denied, Evidence, everyEvidence, gather, isAllow, isForKey, surest } from './evidence';
import { and, bound, decided, Formula, missingIn, not, or, requirementOf } from './formula';
import type { AccessRequest, Decision, DecidingStatement, Denied, PolicySet, Requirement } from './types';
import { clauseOf, wordsOf } from './words';

/** Something that must be so for a request to be allowed. */
interface Need {
  readonly formula: Formula;
  /** What is to be said where it never is. */
  readonly otherwise: string;
}

/**
 * Decides one request, as IAM would with these policies.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html
 */
export function decide(request: AccessRequest, policies: PolicySet): Decision {
  const evidence = gather(request, policies);
  const all = everyEvidence(evidence);
  const denial = denied(all);
  if (denial === true) return explicitly(all);
  const needs = needsOf(request, evidence);
  const truth = and(...needs.map(({ formula }) => formula), not(denial));
  const least = decided(bound(truth, false));
  const most = decided(bound(truth, true));
  if (most === false) return refusal(all, denial, needs);
  if (least === true) return { outcome: 'allowed', statements: all.flatMap(({ hits }) => surest(hits.filter(isAllow))) };
  const statements = all.flatMap(({ hits }) => hits.map(({ statement }) => statement));
  if (decided(and(most, not(least))) === false) return allowedIf(most === true ? least : most, statements);
  return {
    outcome: 'not decided',
    missing: [...missingIn(truth)],
    ...(least !== false && { allowedAtLeastIf: required(least) }),
    ...(most !== true && { allowedAtMostIf: required(most) }),
    statements,
  };
}

function allowedIf(formula: Formula, statements: readonly DecidingStatement[]): Decision {
  const requirement = required(formula);
  return { outcome: 'allowed if', requirement, words: wordsOf(requirement), statements };
}

function required(formula: Formula): Requirement {
  return requirementOf(formula, clauseOf);
}

function explicitly(all: readonly Evidence[]): Denied {
  const statements = all.flatMap(({ hits }) => surest(hits.filter(hit => !isAllow(hit))));
  const { kind, policy } = statements[0];
  return { outcome: 'denied', explicit: true, statements, reason: `a statement of the ${kind} ${policy} denies it` };
}

function refusal(all: readonly Evidence[], denial: Formula, needs: readonly Need[]): Denied {
  if (decided(bound(denial, false)) === true) return explicitly(all);
  const unmet = needs.find(({ formula }) => decided(bound(formula, true)) === false);
  if (unmet !== undefined) return { outcome: 'denied', explicit: false, statements: [], reason: unmet.otherwise };
  const statements = all.flatMap(({ hits }) => hits.filter(hit => !isAllow(hit)).map(({ statement }) => statement));
  return { outcome: 'denied', explicit: false, statements, reason: 'what allows it never applies when nothing denies it' };
}

function needsOf(request: AccessRequest, evidence: AllEvidence): Need[] {
  const { endpoint, serviceControl } = evidence;
  return [
    ...core(request, evidence),
    ...serviceControl.map((level, index) => ({ formula: allowed(level), otherwise: `no service control policy of level ${index + 1} of the organization allows it` })),
    ...(endpoint === undefined ? [] : [{ formula: allowed(endpoint), otherwise: 'the policy of the VPC endpoint does not allow it' }]),
  ];
}

/** What identity, boundary, session and resource have to say. */
function core(request: AccessRequest, evidence: AllEvidence): Need[] {
  const { principal: { kind, account }, resourceAccount } = request;
  const { resource } = evidence;
  if (kind === 'service' || kind === 'anonymous') {
    return [{ formula: allowed(resource, 'directly'), otherwise: `no statement of the ${resource.kind} allows it` }];
  }
  return account === resourceAccount ? withinAccount(request, evidence) : acrossAccounts(request, evidence);
}

/** The root user has what the account has; a key, though, allows nothing by itself. */
function ofIdentity({ principal }: AccessRequest, { identity }: AllEvidence): Need {
  return { formula: principal.kind === 'root' || allowed(identity), otherwise: 'no statement of its identity policies allows it' };
}

function limits({ boundary, session }: AllEvidence): Need[] {
  return [
    ...(boundary === undefined ? [] : [{ formula: allowed(boundary), otherwise: 'its permissions boundary does not allow it' }]),
    ...(session === undefined ? [] : [{ formula: allowed(session), otherwise: 'its session policy does not allow it' }]),
  ];
}

/**
 * Either side is enough. What names the user, the session or everybody is limited by no implicit denial; what names the role is, by boundary and
 * session policy. A key policy has to let the account delegate before an identity policy allows.
 *
 * @see https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html#key-policy-default-allow-root-enable-iam
 */
function withinAccount(request: AccessRequest, evidence: AllEvidence): Need[] {
  const { resource } = evidence;
  const identity = ofIdentity(request, evidence);
  const delegated = !isForKey(request) || allowed(resource, 'byAccount');
  const directly = allowed(resource, 'directly');
  const granted = or(allowed(resource, 'byRole'), and(identity.formula, delegated));
  const limiting = limits(evidence);
  const notGranted = isForKey(request)
    ? 'no statement of the key policy allows it, or lets identity policies that do so'
    : `${identity.otherwise}, and none of the resource policy does`;
  return [
    { formula: or(directly, granted), otherwise: notGranted },
    ...limiting.map(({ formula, otherwise }) => ({ formula: or(directly, formula), otherwise })),
  ];
}

/**
 * Both sides have to allow.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html
 */
function acrossAccounts(request: AccessRequest, evidence: AllEvidence): Need[] {
  const { resource } = evidence;
  return [
    ofIdentity(request, evidence),
    { formula: allowed(resource), otherwise: `no statement of the ${resource.kind} in the other account allows it` },
    ...limits(evidence),
  ];
}
