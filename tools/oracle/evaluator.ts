import type { Case } from './generator';
import { compile } from '../../src/review/policy/compile';
import { decide } from '../../src/review/policy/decide';
import type { AccessRequest, CompiledPolicy, Decision, PolicyDocument, PolicySet } from '../../src/review/policy/types';

export function requestOf({ principal, action, resource, resourceAccount, context }: Case): AccessRequest {
  return { principal, action, resource, resourceAccount, context: { known: context, otherwise: 'absent' } };
}

export function policySetOf(request: Case): PolicySet {
  const { identity, boundary, session, resourcePolicy, endpoint, serviceControl, resourceControl } = request;
  return {
    identity: identity.map(compiled),
    permissionsBoundary: boundary && compiled(boundary, 0),
    session: session && [compiled(session, 0)],
    resource: resourcePolicy && compiled(resourcePolicy, 0),
    endpoint: endpoint && compiled(endpoint, 0),
    serviceControl: serviceControl.map(level => level.map(compiled)),
    resourceControl: resourceControl.map(level => level.map(compiled)),
  };
}

function compiled(document: PolicyDocument, index: number): CompiledPolicy {
  return compile({ name: `policy ${index}`, document });
}

/** What the evaluator of this package answers. */
export function ownAnswer(request: Case): Decision {
  return decide(requestOf(request), policySetOf(request));
}
