import { TaskError, type Tasks } from './interpreter';

export interface FakeDeployment {
  readonly id: string;
  readonly createdAt: number;
  /** When it is over; never when left out. */
  readonly completesAt?: number;
  /** When its circuit breaker gives it up. */
  readonly failsAt?: number;
}

export interface FakeEcsOptions {
  readonly deployments: FakeDeployment[];
  /** How long a new deployment takes, in milliseconds. */
  readonly takes?: number;
  /** A new deployment fails after that time instead, and the service goes back to the one before it, or not. */
  readonly fails?: 'rolls back' | 'stays';
  readonly status?: 'ACTIVE' | 'DRAINING' | 'MISSING';
  /** A service behind a Classic Load Balancer tells no rollout state. */
  readonly tellsRollout?: boolean;
  /** When a version arrives in the replica of a secret, by its id. */
  readonly versions?: { readonly [versionId: string]: number };
  /** What is answered in place of the first calls, by action. */
  readonly errors?: { readonly [action: string]: string[] };
}

/**
 * Amazon ECS with one service, as its API describes it, the replica of a secret, and a queue.
 *
 * @see https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Deployment.html
 */
export class FakeEcs {
  public readonly calls: { readonly action: string; readonly input: any; readonly at: number }[] = [];
  public readonly messages: any[] = [];
  private readonly deployments: FakeDeployment[];
  private readonly errors: Record<string, string[]>;

  constructor(private readonly options: FakeEcsOptions) {
    this.deployments = [...options.deployments];
    this.errors = Object.fromEntries(Object.entries(options.errors ?? {}).map(([action, errors]) => [action, [...errors]]));
  }

  public readonly tasks: Tasks = (action, input, now) => {
    this.calls.push({ action, input, at: now });
    const error = this.errors[action]?.shift();
    if (error !== undefined) throw new TaskError(error, `${action} was refused`);
    switch (action) {
      case 'ecs:describeServices': return this.describe(input, now);
      case 'ecs:updateService': return this.update(input, now);
      case 'secretsmanager:describeSecret': return this.describeSecret(now);
      case 'sqs:sendMessage': return this.messages.push(JSON.parse(input.MessageBody));
      default: throw new Error(`${action} is no call of a redeployment`);
    }
  };

  /** When the service was redeployed. */
  public get redeployments(): number[] {
    return this.calls.filter(({ action }) => action === 'ecs:updateService').map(({ at }) => at);
  }

  private describe({ Services: [arn] }: { Services: string[] }, now: number): object {
    const { status = 'ACTIVE' } = this.options;
    if (status === 'MISSING') return { Services: [], Failures: [{ Arn: arn, Reason: 'MISSING' }] };
    return { Failures: [], Services: [{ ServiceArn: arn, Status: status, Deployments: this.described(now) }] };
  }

  private describeSecret(now: number): object {
    const arrived = Object.entries(this.options.versions ?? {}).filter(([, at]) => at <= now).map(([id]) => [id, ['AWSCURRENT']]);
    return { VersionIdsToStages: Object.fromEntries([['OLDER', ['AWSPREVIOUS']], ...arrived]) };
  }

  private update(input: { ForceNewDeployment: boolean }, now: number): object {
    if (this.options.status !== undefined && this.options.status !== 'ACTIVE') throw new TaskError('Ecs.ServiceNotActiveException', 'The service is not active');
    const { takes = 120_000, fails } = this.options;
    if (!input.ForceNewDeployment) return {};
    const end = now + takes;
    this.deployments.push({ id: `ecs-svc/${this.deployments.length}`, createdAt: now, ...fails ? { failsAt: end } : { completesAt: end } });
    return { Service: { Deployments: this.described(now) } };
  }

  /** The newest one is primary, and those before it are active until it is complete. After a rollback the one before it is primary again. */
  private described(now: number): object[] {
    const begun = this.deployments.filter(({ createdAt }) => createdAt <= now);
    const isOver = ({ completesAt = Infinity }: FakeDeployment) => completesAt <= now;
    const isGivenUp = ({ failsAt = Infinity }: FakeDeployment) => failsAt <= now;
    const standing = this.options.fails === 'rolls back' ? begun.filter(each => !isGivenUp(each)) : begun;
    const primary = standing[standing.length - 1];
    const listed = isOver(primary) ? [primary] : begun.filter(each => begun.indexOf(each) >= begun.length - 2);
    return listed.map(each => {
      const rollout = isGivenUp(each) ? 'FAILED' : isOver(each) ? 'COMPLETED' : 'IN_PROGRESS';
      return {
        Id: each.id,
        Status: each === primary ? 'PRIMARY' : 'ACTIVE',
        CreatedAt: new Date(each.createdAt).toISOString(),
        DesiredCount: 2,
        RunningCount: rollout === 'COMPLETED' ? 2 : 1,
        ...this.options.tellsRollout === false ? {} : { RolloutState: rollout },
      };
    });
  }
}
