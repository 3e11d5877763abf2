import { invocationPolicy, unqualified } from './functions';
import { AccessModel, everySecret, Secret } from './model';
import type { PolicyDocument } from './policy';
import { Context, prefixed } from './request';
import { ReviewError } from '../review-error';

/** What a request is made on. */
export interface Target {
  readonly arn: string;
  readonly account: string;
  readonly policy?: PolicyDocument;
  readonly tags: Readonly<Record<string, string>>;
  /** The condition keys of its service that describe it. */
  readonly context: Context;
}

/** The resource of that ARN; one that is in no template is an error, because its policy is not known. */
export function targetOf(model: AccessModel, arn: string): Target {
  const secret = everySecret(model).find(each => each.arn === arn);
  if (secret !== undefined) return { ...secret, policy: secret.resourcePolicy, context: contextOfSecret(secret) };
  const key = model.keys.find(each => each.arn === arn);
  if (key !== undefined) return { ...key, context: key.aliases.length > 0 ? { 'kms:ResourceAliases': key.aliases } : {} };
  const invoked = model.functions.find(each => each.arn === unqualified(arn));
  if (invoked !== undefined) return { arn, account: invoked.account, policy: invocationPolicy(invoked.permissions), tags: {}, context: {} };
  return withoutPolicy(model, arn);
}

/** The path under which Parameter Store shows secrets. */
const PARAMETER_OF_A_SECRET = /^parameter\/aws\/reference\/secretsmanager\//;

/** Services whose resources have no policy of their own, so that they need not be in a template. */
const WITHOUT_POLICIES = ['ec2', 'ecs', 'elasticache', 'memorydb', 'states'];

/** What has no policy of its own: a stream of a log group, a reference to a secret, a user of IAM, and all of those services. */
function withoutPolicy(model: AccessModel, arn: string): Target {
  const [, , service, , account, resource] = arn.split(':');
  const isStream = model.logGroups.some(group => arn.startsWith(`${group.arn}:log-stream:`));
  const isReference = service === 'ssm' && PARAMETER_OF_A_SECRET.test(resource);
  const isUser = service === 'iam' && resource.startsWith('user/');
  if (isStream || isReference || isUser || WITHOUT_POLICIES.includes(service)) return { arn, account, tags: {}, context: {} };
  throw new ReviewError(`the model has no secret, key, function or log group with the ARN ${arn}`);
}

/** What describes a secret in the context of a request. */
export function contextOfSecret({ tags, rotationSchedules: [schedule] }: Secret): Context {
  return {
    ...prefixed('secretsmanager:ResourceTag/', tags),
    ...(schedule?.functionArn && { 'secretsmanager:resource/AllowRotationLambdaArn': schedule.functionArn }),
  };
}
