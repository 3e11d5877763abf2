import { DescribeUsersCommand, ElastiCacheClient, ModifyUserCommand } from '@aws-sdk/client-elasticache';
import { DescribeUsersCommand as DescribeMemoryDbUsersCommand, MemoryDBClient, UpdateUserCommand } from '@aws-sdk/client-memorydb';
import { CacheUsers, PasswordsToSet, usernameIn } from './cache-users';
import { ROTATION_TAGS } from '../../../../src/rotation/contract/tags';
import { CALL_TIMEOUTS } from '../../engine/call-timeouts';
import type { KindContext } from '../../engine/credential-kind';
import { RotationError } from '../../engine/errors';
import { lambdaCredentials } from '../../engine/lambda-credentials';
import { awsFailure, KnownFailures } from '../aws-failure';
import { tagIn } from '../json-value';

const POLL_MS = 1_000;
const CLIENT = { credentials: lambdaCredentials, maxAttempts: 3, requestHandler: CALL_TIMEOUTS };

const NO_USER = 'finds no such user; check that the user of the secret exists';
const NOT_NOW = 'is refused while the user is being changed; Secrets Manager will try again';
const INVALID = 'is refused as invalid; check the user, and that the password policy leaves passwords of 16 to 128 characters';
const FAILURES: KnownFailures = [
  ['UserNotFoundFault', 'configuration', NO_USER],
  ['UserNotFound', 'configuration', NO_USER],
  ['InvalidUserStateFault', 'transient', NOT_NOW],
  ['InvalidUserState', 'transient', NOT_NOW],
  ['InvalidParameterValueException', 'configuration', INVALID],
  ['InvalidParameterValue', 'configuration', INVALID],
  ['InvalidParameterCombinationException', 'configuration', INVALID],
];

/** A user as its service describes it. */
export interface ManagedUser {
  readonly username?: string;
  readonly status?: string;
  /** `password` when it has one. */
  readonly authentication?: string;
}

/** What ElastiCache and MemoryDB have in common. */
export interface UserService {
  readonly title: string;
  describe(id: string): Promise<ManagedUser | undefined>;
  setPasswords(id: string, passwords: string[]): Promise<unknown>;
}

/** Users that a service of AWS manages: it knows the passwords, at most two, and brings them to all nodes in its own time. */
export class ManagedUsers implements CacheUsers {
  constructor(private readonly service: UserService) {}

  public async check(context: KindContext): Promise<void> {
    const user = await this.describe(context);
    if (user.username !== usernameIn(context)) {
      throw new RotationError('configuration', 'the user has another name than the tags of the secret say; deploy the stack of the '
        + 'secret again');
    }
    if (user.authentication === 'password') return;
    throw new RotationError('configuration', 'the user does not log in by password; set its authentication mode to password, or use '
      + 'no secret');
  }

  public async setPasswords({ passwords }: PasswordsToSet, context: KindContext): Promise<void> {
    await this.settled(context);
    await context.requireUnchanged();
    context.budget.enter('setting the passwords of the user');
    await this.call('setting the passwords of the user', async () => this.service.setPasswords(idIn(context), [...passwords]));
  }

  /** While a user is modified, some nodes take the new password and others do not. */
  public async settled(context: KindContext): Promise<void> {
    while ((await this.describe(context)).status !== 'active') {
      context.budget.enter(`waiting until ${this.service.title} has changed the user`);
      await context.sleep(POLL_MS);
    }
  }

  private async describe(context: KindContext): Promise<ManagedUser> {
    const user = await this.call('describing the user', async () => this.service.describe(idIn(context)));
    if (user) return user;
    throw new RotationError('configuration', `${this.service.title} ${NO_USER}`);
  }

  private async call<T>(activity: string, send: () => Promise<T>): Promise<T> {
    try {
      return await send();
    } catch (error) {
      throw awsFailure(error, activity, FAILURES);
    }
  }
}

function idIn({ tags }: KindContext): string {
  return tagIn(tags, ROTATION_TAGS.USER_ID);
}

/** @see https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_ModifyUser.html */
export function elastiCacheService(client = new ElastiCacheClient(CLIENT)): UserService {
  return {
    title: 'Amazon ElastiCache',
    async describe(UserId) {
      const { Users: [user] = [] } = await client.send(new DescribeUsersCommand({ UserId }));
      return user && { username: user.UserName, status: user.Status, authentication: user.Authentication?.Type };
    },
    setPasswords: async (UserId, Passwords) => client.send(new ModifyUserCommand({
      UserId, AuthenticationMode: { Type: 'password', Passwords },
    })),
  };
}

/** @see https://docs.aws.amazon.com/memorydb/latest/APIReference/API_UpdateUser.html */
export function memoryDbService(client = new MemoryDBClient(CLIENT)): UserService {
  return {
    title: 'Amazon MemoryDB',
    async describe(UserName) {
      const { Users: [user] = [] } = await client.send(new DescribeMemoryDbUsersCommand({ UserName }));
      return user && { username: user.Name, status: user.Status, authentication: user.Authentication?.Type };
    },
    setPasswords: async (UserName, Passwords) => client.send(new UpdateUserCommand({
      UserName, AuthenticationMode: { Type: 'password', Passwords },
    })),
  };
}
