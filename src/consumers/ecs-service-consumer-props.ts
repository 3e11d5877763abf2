import type { aws_cloudwatch as cloudwatch, aws_ecs as ecs, Duration } from 'aws-cdk-lib';
import type { SecretField } from './secret-field';
import type { IManagedSecret } from '../secret/managed-secret-props';

/** Properties of `EcsServiceConsumer`. */
export interface EcsServiceConsumerProps {
  /**
   * The service, whose deployment controller is Amazon ECS: a `FargateService`, an `Ec2Service`, or one that is imported by an ARN with the
   * name of its cluster, of this stack's account and region.
   */
  readonly service: ecs.IService;

  /**
   * What a container gets, by the name of the environment variable. The execution role of the task is granted secret and key. A service
   * that is imported takes none.
   *
   * @default - no environment variable; `secrets` must be given
   */
  readonly environment?: { [name: string]: SecretField };

  /**
   * The container that gets `environment`.
   *
   * @default - the default container of the task definition
   */
  readonly containerName?: string;

  /**
   * Further secrets that the tasks read when they start: the task role is granted secret and key, and the tasks are redeployed when one of them has a
   * new value. The role of a service that is imported is not known; grant it yourself.
   *
   * @default - those of `environment` alone
   */
  readonly secrets?: IManagedSecret[];

  /**
   * Whether the service is redeployed when one of its secrets has a new current value: after a rotation, and after a value that somebody has put. Without it the
   * tasks keep the value with which they have started.
   *
   * @default true
   */
  readonly redeploy?: boolean;

  /**
   * How long it may take until the new value is in use: a deployment under way, which is not restarted, and the redeployment after it. From 5
   * minutes to a day. After that the refresh has failed.
   *
   * @default Duration.hours(1)
   */
  readonly deploymentTimeout?: Duration;

  /**
   * Who is told when a redeployment fails, such as an `SnsAction` with a topic that CloudWatch may use.
   *
   * @default - nobody; a warning says so
   */
  readonly alarmActions?: cloudwatch.IAlarmAction[];
}
