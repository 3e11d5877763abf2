import { type aws_cloudwatch as cloudwatch, type Duration, Stack, Token } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { FollowedService } from './ecs-service';
import { identityOf } from './new-value-pattern';
import { redeploymentStates } from './redeployment-states';
import { RefreshMachine } from './refresh-machine';
import { SERVICE_REDEPLOY } from '../../private/actions';
import type { IManagedSecret } from '../../secret/managed-secret-props';

export interface RedeploymentProps {
  readonly service: FollowedService;
  readonly secrets: readonly IManagedSecret[];
  readonly deploymentTimeout: Duration;
  readonly alarmActions?: readonly cloudwatch.IAlarmAction[];
}

/** What redeploys a service. */
export function redeployment(scope: Construct, { service, secrets, deploymentTimeout, alarmActions }: RedeploymentProps): RefreshMachine {
  const { arn, name, cluster, path } = service;
  const { partition } = Stack.of(scope);
  const identities = secrets.map(each => identityOf(each)).map(each => each.name ?? each.arn!);
  return new RefreshMachine(scope, {
    consumer: `The service ${path}`,
    refreshes: `Redeploys the service ${Token.isUnresolved(name) ? path : name}`,
    secrets,
    actions: SERVICE_REDEPLOY,
    resource: arn,
    statesWith: (queueUrl, hasReplicas) => redeploymentStates({
      partition, cluster, service: name, serviceArn: arn, queueUrl, secrets: identities, hasReplicas, deploymentTimeout,
    }),
    unlogged: 'A Standard workflow keeps the history of each execution for 90 days. A log or trace of its own would need permissions on all resources.',
    alarmActions,
  });
}
