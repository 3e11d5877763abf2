import { EvaluationResult, runSimulation } from '@cloud-copilot/iam-simulate';
import { endpointPolicyFor } from './endpoint-policy';
import { openKeysWithoutMeaning, renameInContext, renameInPolicies, renameInPolicy } from './open-condition-keys';
import type { VpcEndpoint } from '../../src/review/model/endpoints';
import type { AccessModel } from '../../src/review/model/model';
import { type PolicyDocument, policyOf } from '../../src/review/model/policy';
import type { Request } from '../../src/review/model/request';
import { contextOf } from '../../src/review/model/request-context';
import { Target, targetOf } from '../../src/review/model/targets';

/** What IAM answers. */
export type Decision = EvaluationResult;

/** Policies of an organization, whose root alone has any. */
export interface Controls {
  readonly serviceControl: PolicyDocument;
  readonly resourceControl: PolicyDocument;
}

/** Decides one request, as IAM would with the policies of the model. A request that is not valid is an error, never a denial. */
export async function decide(model: AccessModel, request: Request, controls?: Controls): Promise<Decision> {
  const { principal, action, endpoint } = request;
  refuseUnknownPolicies(request);
  const target = targetIn(model, request);
  const context = contextOf(request, target);
  const result = await runSimulation({
    request: {
      principal: principal.arn,
      action,
      resource: { resource: target.arn, accountId: target.account },
      contextVariables: renameInContext(context),
    },
    identityPolicies: renameInPolicies(principal.identityPolicies),
    permissionBoundaryPolicies: principal.permissionsBoundary && renameInPolicies([principal.permissionsBoundary]),
    resourcePolicy: target.policy && renameInPolicy(target.policy),
    vpcEndpointPolicies: endpoint && renameInPolicies([endpointPolicyFor(endpoint, principal)]),
    serviceControlPolicies: controls === undefined ? [] : atRoot(policyOf({ Effect: 'Allow', Action: '*', Resource: '*' }), controls.serviceControl),
    resourceControlPolicies: controls === undefined ? [] : atRoot(controls.resourceControl),
  }, {});
  if (result.resultType === 'error') throw invalid(request, JSON.stringify(result.errors));
  if (result.resultType === 'wildcard') throw invalid(request, 'the resource must be one ARN, without wildcards');
  const withoutMeaning = [...result.result.ignoredContextKeys ?? [], ...await openKeysWithoutMeaning(action, target.arn, context)];
  const mistaken = withoutMeaning.filter(key => key in (request.context ?? {}));
  if (mistaken.length > 0) throw invalid(request, `the action has no context key ${mistaken.join(', ')}`);
  return result.overallResult;
}

function atRoot(...documents: PolicyDocument[]) {
  return [{ orgIdentifier: 'root', policies: renameInPolicies(documents.map((policy, index) => ({ name: `control ${index}`, policy }))) }];
}

function targetIn(model: AccessModel, request: Request): Target {
  const { principal, action, resource, endpoint } = request;
  if (endpoint !== undefined && !leadsTo(endpoint, action, resource)) {
    throw invalid(request, `the endpoint ${endpoint.path} is for ${endpoint.service} in ${endpoint.region}`);
  }
  return resource === '*' ? { arn: '*', account: principal.account, tags: {}, context: {} } : targetOf(model, resource);
}

/** Without its document, what the principal may do would be a guess. */
function refuseUnknownPolicies(request: Request): void {
  const [unknown] = request.principal.unknownPolicies ?? [];
  if (unknown === undefined) return;
  throw invalid(request, `its ${unknown.use} ${unknown.arn} is not in the templates; give its document in \`managedPolicies\``
    + ' (that of an AWS managed policy belongs in src/review/model/aws-managed.ts)');
}

function leadsTo({ service, region }: VpcEndpoint, action: string, resource: string): boolean {
  return action.startsWith(`${service}:`) && (resource === '*' || resource.split(':')[3] === region);
}

function invalid({ principal, action, resource }: Request, reason: string): Error {
  return new Error(`cannot decide ${action} on ${resource} by ${principal.arn}: ${reason}`);
}
