import { ArnFormat, aws_ecs as ecs, Fn, Stack, Token } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { fail } from '../../private/errors';

/** A service as the API of Amazon ECS names it. */
export interface FollowedService {
  readonly arn: string;
  readonly name: string;
  /** The name of its cluster. */
  readonly cluster: string;
  /** Of a service of this app. */
  readonly taskDefinition?: ecs.TaskDefinition;
  readonly path: string;
}

/** Whose deployments `UpdateService` begins. */
const OWN_CONTROLLER = 'ECS';

/** Fails on what is no service, and on one that is elsewhere. */
export function followedService(path: string, scope: Construct, service: ecs.IService): FollowedService {
  const { serviceArn: arn, serviceName: name, node, cluster, taskDefinition } = (service ?? {}) as Partial<ecs.BaseService>;
  if (arn === undefined || node === undefined) {
    fail(path, '`service` must be a service of Amazon ECS, such as a FargateService, or one that is imported by its ARN');
  }
  requireHere(path, scope, service);
  return { ...cluster && name ? { arn, name, cluster: cluster.clusterName } : namesIn(path, arn), taskDefinition, path: node.path };
}

/** Fails on a service whose controller takes no redeployment from Amazon ECS. That of an import is not known. */
export function requireOwnController(path: string, { node }: ecs.IService): void {
  const resource = node.tryFindChild('Service');
  const { type = OWN_CONTROLLER } = resource instanceof ecs.CfnService ? Stack.of(resource).resolve(resource.deploymentController) ?? {} : {};
  if (type === OWN_CONTROLLER) return;
  fail(path, `\`service\` must have the deployment controller ECS, and that of ${node.path} is ${type}, which begins deployments itself; `
    + 'change the controller, or give `redeploy: false` in a service that is deployed after each rotation by other means');
}

function requireHere(path: string, scope: Construct, { node, serviceArn, env }: ecs.IService): void {
  const { account, region } = Stack.of(scope);
  const theirs = Token.isUnresolved(serviceArn) ? env : Stack.of(scope).splitArn(serviceArn, ArnFormat.SLASH_RESOURCE_NAME);
  for (const [own, other] of [[account, theirs.account], [region, theirs.region]]) {
    if (other === undefined || Token.isUnresolved(own) || Token.isUnresolved(other) || own === other) continue;
    fail(path, `\`service\` must be of this stack's account and region, ${account} in ${region}, got ${node.path} of ${theirs.account} in ${theirs.region}; `
      + 'create this construct in a stack there');
  }
}

/** `arn:aws:ecs:eu-west-1:111122223333:service/cluster/name`, once without the cluster. */
function namesIn(path: string, arn: string): Pick<FollowedService, 'arn' | 'name' | 'cluster'> {
  if (Token.isUnresolved(arn)) return { arn, cluster: Fn.select(1, Fn.split('/', arn)), name: Fn.select(2, Fn.split('/', arn)) };
  const [, cluster, name] = arn.split('/');
  if (!cluster || !name) {
    fail(path, '`service` must be imported by an ARN with the names of cluster and service, such as arn:aws:ecs:eu-west-1:111122223333:service/cluster/name, '
      + `got ${JSON.stringify(arn)}; complete it`);
  }
  return { arn, cluster, name };
}
