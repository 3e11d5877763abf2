import type { ResolvedStack } from '../assembly/resolved-stack';
import { textOf, textOrReason } from '../assembly/unknown';
import { ReviewError } from '../review-error';
import { endpointsOf, VpcEndpoint } from './endpoints';
import { functionsOf, LambdaFunction, unqualified } from './functions';
import { Key, keyFinder, keysOf } from './keys';
import { LogGroup, logGroupsOf } from './log-groups';
import { pathOf, Placed, resourcesOfType } from './placed';
import { asDocument, listOf, PolicyDocument, tagsOf } from './policy';
import { identitiesOf, Role, RoleOptions } from './roles';
import { rotates, RotationSchedule, rotationSchedulesOf } from './rotation-schedules';

/** A copy of a secret in another region. */
export interface Replica {
  readonly region: string;
  /** As the template has it; absent for the AWS managed key of the region. */
  readonly kmsKeyId?: string;
  /** The replica as what is read there: its own ARN and key, with the policy and the tags of its primary. */
  readonly secret: Secret;
}

/** A secret, with everything that decides who may use it. */
export interface Secret extends Placed {
  readonly arn: string;
  readonly name: string;
  readonly account: string;
  readonly region: string;
  /** Absent when the key is in none of the templates, such as one imported by its ARN. */
  readonly key?: Key;
  /** As the template has it: an ARN, an id or an alias. */
  readonly kmsKeyId?: string;
  readonly replicas: Replica[];
  readonly resourcePolicy?: PolicyDocument;
  /** Where the resource policy is. */
  readonly policyPlaced?: Placed;
  /** More than one is a mistake, of which the first is taken for the one that stands. A replica has none. */
  readonly rotationSchedules: RotationSchedule[];
  readonly tags: Readonly<Record<string, string>>;
  /** The construct path, or stack path and logical id where the assembly does not tell it. */
  readonly path: string;
}

/** What the templates of one or several accounts say about who may use which secret. */
export interface AccessModel {
  readonly roles: Role[];
  /** With the policies of the groups that they are in. */
  readonly users: Role[];
  readonly groups: Role[];
  readonly secrets: Secret[];
  readonly keys: Key[];
  readonly rotationSchedules: RotationSchedule[];
  readonly functions: LambdaFunction[];
  readonly endpoints: VpcEndpoint[];
  readonly logGroups: LogGroup[];
}

/** Reads the access model out of resolved stacks, which may be those of several apps and accounts. */
export function accessModel(stacks: ResolvedStack[], options: RoleOptions = {}): AccessModel {
  const { role: roles, user: users, group: groups } = identitiesOf(stacks, options);
  const keys = keysOf(stacks);
  const rotationSchedules = rotationSchedulesOf(stacks);
  return {
    roles,
    users,
    groups,
    secrets: secretsOf(stacks, keys, rotationSchedules),
    keys,
    rotationSchedules,
    functions: functionsOf(stacks),
    endpoints: endpointsOf(stacks),
    logGroups: logGroupsOf(stacks),
  };
}

function secretsOf(stacks: ResolvedStack[], keys: Key[], schedules: RotationSchedule[]): Secret[] {
  const policies = new Map(resourcesOfType(stacks, 'AWS::SecretsManager::ResourcePolicy').reverse()
    .map(policy => [textOf(policy.resource.Properties?.SecretId), policy]));
  const key = keyFinder(keys);
  return resourcesOfType(stacks, 'AWS::SecretsManager::Secret').map(placed => {
    const { stack, logicalId, resource: { Properties = {} } } = placed;
    const arn = stack.ref(logicalId);
    const kmsKeyId = textOrReason(Properties.KmsKeyId);
    const policy = policies.get(arn);
    const identity = { arn, name: arn.split(':').slice(6).join(':').slice(0, -7), account: stack.account, region: stack.region };
    const primary: Secret = {
      ...placed,
      ...identity,
      key: key(kmsKeyId, stack),
      kmsKeyId,
      replicas: [],
      resourcePolicy: policy && asDocument(policy.resource.Properties?.ResourcePolicy),
      policyPlaced: policy,
      rotationSchedules: schedules.filter(schedule => rotates(schedule, identity)),
      tags: tagsOf(Properties.Tags),
      path: pathOf(placed),
    };
    return { ...primary, replicas: listOf<any>(Properties.ReplicaRegions).flatMap(each => replicaOf(primary, key, each)) };
  });
}

/** What the service makes of a secret in another region. Rotation stays with the primary. */
function replicaOf(primary: Secret, keyOf: ReturnType<typeof keyFinder>, { Region, KmsKeyId }: { Region?: unknown; KmsKeyId?: unknown }): Replica[] {
  const region = textOf(Region);
  if (region === undefined) return [];
  const kmsKeyId = textOrReason(KmsKeyId);
  const arn = primary.arn.replace(/^((?:[^:]*:){3})[^:]*/, `$1${region}`);
  const key = keyOf(kmsKeyId, { account: primary.account, region });
  return [{ region, kmsKeyId, secret: { ...primary, arn, region, kmsKeyId, key, replicas: [], rotationSchedules: [] } }];
}

/** The secrets and their replicas. */
export function everySecret({ secrets }: AccessModel): Secret[] {
  return secrets.flatMap(secret => [secret, ...secret.replicas.map(replica => replica.secret)]);
}

/** How templates call a secret: by its ARN, complete or not, and by its name within its account and region. */
export function namesOf(secrets: Secret[]): Map<string, Secret> {
  return new Map(secrets.flatMap(secret => [secret.arn, secret.arn.slice(0, -7), `${secret.account}/${secret.region}/${secret.name}`]
    .map(name => [name, secret] as const)));
}

/** The replica, in that region, of the secret of that ARN or name. */
export function replicaIn(model: AccessModel, region: string, arnOrName: string): Secret {
  const { replicas } = secretOf(model, arnOrName);
  return only(replicas, replica => replica.region === region, `replica of ${arnOrName} in ${region}`, replica => replica.region).secret;
}

/** The secret of that ARN, replicas included, or of that name where it is unique in the model. */
export function secretOf(model: AccessModel, arnOrName: string): Secret {
  const candidates = arnOrName.startsWith('arn:') ? everySecret(model) : model.secrets;
  return only(candidates, secret => secret.arn === arnOrName || secret.name === arnOrName, `secret ${arnOrName}`, secret => secret.arn);
}

/** The role at that construct path, or with that ARN. */
export function roleOf(model: AccessModel, pathOrArn: string): Role {
  return only(model.roles, role => role.path === pathOrArn || role.arn === pathOrArn, `role ${pathOrArn}`, role => role.path);
}

/** The function at that construct path, or with that ARN; a version or an alias at its end is left out of account. */
export function functionOf(model: AccessModel, pathOrArn: string): LambdaFunction {
  return only(model.functions, each => each.path === pathOrArn || each.arn === unqualified(pathOrArn), `function ${pathOrArn}`, each => each.path);
}

/** The VPC endpoint at that construct path, or with that id. */
export function endpointOf(model: AccessModel, pathOrId: string): VpcEndpoint {
  return only(model.endpoints, each => each.path === pathOrId || each.id === pathOrId, `VPC endpoint ${pathOrId}`, each => each.path);
}

/** The log group at that construct path, or of that name where it is unique in the model. */
export function logGroupOf(model: AccessModel, pathOrName: string): LogGroup {
  return only(model.logGroups, each => each.path === pathOrName || each.name === pathOrName, `log group ${pathOrName}`, each => each.path);
}

function only<T>(all: T[], matches: (each: T) => boolean, wanted: string, nameOf: (each: T) => string): T {
  const found = all.filter(matches);
  if (found.length === 1) return found[0];
  const names = (found.length > 1 ? found : all).map(nameOf);
  throw new ReviewError(`the templates have ${found.length === 0 ? 'no' : 'more than one'} ${wanted}; there are: ${names.join(', ') || 'none'}`);
}
