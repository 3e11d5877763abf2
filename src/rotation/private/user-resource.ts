import { CustomResource, Duration, RemovalPolicy } from 'aws-cdk-lib';
import { Construct, type IDependable } from 'constructs';
import type { UserPlan } from './user-plan';
import { DATABASE_USER } from '../../private/database-user-resource';
import { USER_PROPERTIES } from '../contract/database-user';

/** Longer than a function of Lambda can run, and than CloudFormation needs to hear of it. */
const TIMEOUT = Duration.minutes(20);

export interface UserResourceProps {
  readonly user: UserPlan;
  readonly secretArn: string;
  readonly serviceToken: string;
  readonly waitsFor: IDependable[];
}

/** The user in the database, which is there before whatever refers to the secret by `secretArn`. */
export class UserResource extends Construct {
  /** The ARN of the secret, whose password logs in. */
  public readonly secretArn: string;

  constructor(scope: Construct, id: string, { user, secretArn, serviceToken, waitsFor }: UserResourceProps) {
    super(scope, id);
    const resource = new CustomResource(this, 'Resource', {
      resourceType: DATABASE_USER.type,
      serviceToken,
      serviceTimeout: TIMEOUT,
      properties: { [USER_PROPERTIES.SECRET_ARN]: secretArn, [USER_PROPERTIES.USER]: user.text },
      // A user that stays is nobody's to delete, and nothing of it can fail.
      removalPolicy: user.drops ? RemovalPolicy.DESTROY : RemovalPolicy.RETAIN,
    });
    resource.node.addDependency(...waitsFor);
    this.secretArn = resource.getAttString(DATABASE_USER.secretArn);
  }
}
