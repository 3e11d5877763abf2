import { lambdaRuntime, watcherHandler } from '../watcher/handler';

/** Looks at secrets on a schedule, and tells by metrics and by lines of its log what no event tells. */
export const handler = watcherHandler(lambdaRuntime());
