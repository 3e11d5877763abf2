import fc from 'fast-check';
import { compile } from '../../../src/review/policy/compile';
import { decide } from '../../../src/review/policy/decide';
import type { AccessRequest, Decision, OneOrMany, Requirement } from '../../../src/review/policy/types';
import { policySetOf, requestOf } from '../../../tools/oracle/evaluator';
import { Case, cases } from '../../../tools/oracle/generator';
import { KEYS, VALUES } from '../../../tools/oracle/vocabulary';

/** An answer with unknown keys holds for every way in which they can turn out. */

const COMPLETIONS = 6;

/** The case where these keys are not known, and a request in which they have turned out as in the context. */
function partial(request: Case, hidden: readonly string[], context: Case['context']): { partly: AccessRequest; completed: AccessRequest } {
  const isHidden = (key: string) => hidden.includes(key.toLowerCase());
  const known = Object.fromEntries(Object.entries(request.context).filter(([key]) => !isHidden(key)));
  const turnedOut = Object.fromEntries(Object.entries(context).filter(([key]) => isHidden(key)));
  const whole = requestOf(request);
  return {
    partly: { ...whole, context: { known, unknown: hidden, otherwise: 'absent' } },
    completed: { ...whole, context: { known: { ...known, ...turnedOut }, otherwise: 'absent' } },
  };
}

/** Whether a completed request fulfils a requirement: `undefined` where IAM does not document it. */
function fulfils(requirement: Requirement, request: AccessRequest): boolean | undefined {
  if ('all' in requirement) return every(requirement.all.map(each => fulfils(each, request)));
  if ('any' in requirement) {
    const none = every(requirement.any.map(each => negated(fulfils(each, request))));
    return negated(none);
  }
  const { key, operator, values, holds } = requirement;
  const asked = key === 'Resource'
    ? { Effect: 'Allow' as const, Action: '*', Resource: values }
    : { Effect: 'Allow' as const, Action: '*', Resource: '*', Condition: { [operator]: { [key]: values } } };
  const identity = [compile({ name: 'requirement', document: { Version: '2012-10-17', Statement: asked } })];
  const { outcome } = decide({ ...request, action: 's3:GetObject', principal: { kind: 'user', arn: 'arn:aws:iam::111122223333:user/u', account: request.resourceAccount } }, { identity });
  return outcome === 'not decided' ? undefined : (outcome === 'allowed') === holds;
}

const negated = (truth: boolean | undefined) => truth === undefined ? undefined : !truth;
const every = (truths: (boolean | undefined)[]) => truths.includes(false) ? false : truths.includes(undefined) ? undefined : true;

/** What a list is without a quantifier is not documented, so what denies for sure may then do so or not. */
const hasList = ({ context }: AccessRequest) => Object.values(context.known).some(Array.isArray);

function consistent(answer: Decision, completed: Decision, request: AccessRequest): boolean {
  if (completed.outcome === 'not decided') return true;
  const allowed = completed.outcome === 'allowed';
  switch (answer.outcome) {
    case 'allowed': return allowed;
    case 'denied': return !allowed && (!answer.explicit || hasList(request) || (completed.outcome === 'denied' && completed.explicit));
    case 'allowed if': return [undefined, allowed].includes(fulfils(answer.requirement, request));
    case 'not decided': {
      const least = answer.allowedAtLeastIf === undefined ? false : fulfils(answer.allowedAtLeastIf, request);
      const most = answer.allowedAtMostIf === undefined ? true : fulfils(answer.allowedAtMostIf, request);
      return allowed ? most !== false : least !== true;
    }
  }
}

const value = ({ type, several }: (typeof KEYS)[number]) => {
  const one: fc.Arbitrary<OneOrMany<string>> = fc.constantFrom(...VALUES[type]);
  return fc.option<OneOrMany<string>, undefined>(several ? fc.array(fc.constantFrom(...VALUES[type]), { maxLength: 3 }) : one, { nil: undefined });
};

/** An empty value counts as none under a quantifier, which the words of a requirement do not say: decision 0022 names it. */
const isEmpty = (each: OneOrMany<string>) => [each].flat().includes('');

const completion = fc.tuple(...KEYS.map(key => fc.tuple(fc.constant(key.key), value(key))))
  .map(pairs => Object.fromEntries(pairs.filter(([, each]) => each !== undefined && !isEmpty(each))) as Case['context']);

test('every completion of an unknown context agrees with the answer', () => {
  const counts: Record<string, number> = {};
  const hiding = fc.subarray(KEYS.map(({ key }) => key.toLowerCase()), { minLength: 1 });
  fc.assert(fc.property(cases, hiding, fc.array(completion, { minLength: COMPLETIONS, maxLength: COMPLETIONS }), (request, hidden, contexts) => {
    const policies = policySetOf(request);
    const answer = decide(partial(request, hidden, {}).partly, policies);
    counts[answer.outcome] = (counts[answer.outcome] ?? 0) + 1;
    for (const context of contexts) {
      const { completed } = partial(request, hidden, context);
      const outcome = decide(completed, policies);
      if (!consistent(answer, outcome, completed)) throw new Error(JSON.stringify({ answer, outcome, completed, request }));
    }
  }), { numRuns: 2_000 });
  expect(counts['allowed if']).toBeGreaterThan(40);
  expect(counts['not decided']).toBeGreaterThan(10);
  expect(counts.allowed).toBeGreaterThan(50);
});

test('a document that is not known can be any of them', () => {
  fc.assert(fc.property(cases, fc.boolean(), (request, boundary) => {
    const policies = policySetOf(request);
    const unknown = compile({ name: 'unknown', document: { unknown: 'a document' } });
    const answer = decide(requestOf(request), boundary && policies.permissionsBoundary !== undefined
      ? { ...policies, permissionsBoundary: unknown }
      : { ...policies, identity: [unknown, ...policies.identity!.slice(1)] });
    const whole = decide(requestOf(request), policies);
    if (request.identity.length > 0 && !consistent(answer, whole, requestOf(request))) throw new Error(JSON.stringify({ answer, whole, request }));
  }), { numRuns: 1_000 });
});
