import { DatabaseAccess } from './database-access';
import type { DatabaseAdapter } from './database-adapter';
import { DatabaseRotation } from './database-rotation';
import { lambdaRuntime, rotationHandler } from './handler';
import type { InvocationContext } from './rotation-event';
import { STRATEGIES } from './strategies';
import { provideUser, UserAnswer } from './user-handler';
import { isUserRequest } from './user-request';

/** A rotation, or the user before the first one, of which CloudFormation is told. */
export type DatabaseHandler = (event: unknown, context: InvocationContext) => Promise<UserAnswer | void>;

/** The handler of the databases of these adapters; the secret says which it is. */
export function databaseHandler(adapters: readonly DatabaseAdapter[], runtime = lambdaRuntime()): DatabaseHandler {
  const rotation = rotationHandler(({ store, budget, log }, _, settings) => {
    const access = new DatabaseAccess({ settings, budget, log });
    const { strategy: strategyName, passwordPolicy, superuserArn } = settings;
    const strategy = STRATEGIES[strategyName];
    return new DatabaseRotation({ adapters, store, access, strategy, strategyName, passwordPolicy, superuserArn });
  }, runtime);
  return async (event, context) => (isUserRequest(event) ? provideUser(adapters, runtime, event, context) : rotation(event, context));
}
