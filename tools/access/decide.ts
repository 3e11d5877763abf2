import { EvaluationResult, runSimulation } from '@cloud-copilot/iam-simulate';
import { AccessModel, everySecret, Secret } from './model';
import { openKeysWithoutMeaning, renameInContext, renameInPolicies, renameInPolicy } from './open-condition-keys';
import type { PolicyDocument } from './policy';
import type { Principal } from './principal';
import { Context, contextOf, prefixed } from './request-context';

/** What IAM answers. */
export type Decision = EvaluationResult;

/** One request to one service. */
export interface Request {
  readonly principal: Principal;
  readonly action: string;
  /** The ARN of a secret or of a key of the model, or `*` for an action that knows no resources. */
  readonly resource: string;
  /** Context keys of the request, besides those that AWS fills in itself; these win. */
  readonly context?: Context;
}

/** What a request is made on. */
export interface Target {
  readonly arn: string;
  readonly account: string;
  readonly policy?: PolicyDocument;
  readonly tags: Readonly<Record<string, string>>;
  /** The condition keys of its service that describe it. */
  readonly context: Context;
}

/** Decides one request, as IAM would with the policies of the model. A request that is not valid is an error, never a denial. */
export async function decide(model: AccessModel, request: Request): Promise<Decision> {
  const { principal, action } = request;
  const target = targetOf(model, request);
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
    serviceControlPolicies: [],
    resourceControlPolicies: [],
  }, {});
  if (result.resultType === 'error') throw invalid(request, JSON.stringify(result.errors));
  if (result.resultType === 'wildcard') throw invalid(request, 'the resource must be one ARN, without wildcards');
  const withoutMeaning = [...result.result.ignoredContextKeys ?? [], ...await openKeysWithoutMeaning(action, target.arn, context)];
  const mistaken = withoutMeaning.filter(key => key in (request.context ?? {}));
  if (mistaken.length > 0) throw invalid(request, `the action has no context key ${mistaken.join(', ')}`);
  return result.overallResult;
}

function targetOf(model: AccessModel, { principal, action, resource }: Request): Target {
  if (resource === '*') return { arn: '*', account: principal.account, tags: {}, context: {} };
  const secret = everySecret(model).find(each => each.arn === resource);
  if (secret !== undefined) return { ...secret, policy: secret.resourcePolicy, context: contextOfSecret(secret) };
  const key = model.keys.find(each => each.arn === resource);
  if (key !== undefined) return { ...key, context: key.aliases.length > 0 ? { 'kms:ResourceAliases': key.aliases } : {} };
  throw new Error(`cannot decide ${action}: the model has no secret and no key with the ARN ${resource}`);
}

function contextOfSecret({ tags, rotationSchedule }: Secret): Context {
  return {
    ...prefixed('secretsmanager:ResourceTag/', tags),
    ...(rotationSchedule?.RotationLambdaARN && { 'secretsmanager:resource/AllowRotationLambdaArn': rotationSchedule.RotationLambdaARN }),
  };
}

function invalid({ principal, action, resource }: Request, reason: string): Error {
  return new Error(`cannot decide ${action} on ${resource} by ${principal.arn}: ${reason}`);
}
