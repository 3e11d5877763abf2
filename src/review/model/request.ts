import type { VpcEndpoint } from './endpoints';
import type { Principal } from './principal';

/** Context keys of a request, by their name. */
export type Context = Record<string, string | string[]>;

/** Keys that end in names of the user's, such as those of tags. */
export function prefixed(prefix: string, tags: Readonly<Record<string, string>>): Context {
  return Object.fromEntries(Object.entries(tags).map(([key, value]) => [`${prefix}${key}`, value]));
}

/** One request to one service. */
export interface Request {
  readonly principal: Principal;
  readonly action: string;
  /** The ARN of something of the model, such as a secret or a key, or `*` for an action that knows no resources. */
  readonly resource: string;
  /** Context keys of the request, besides those that AWS fills in itself; these win. */
  readonly context?: Context;
  /**
   * The VPC endpoint through which the request goes.
   *
   * @default - the public endpoint of the service
   */
  readonly endpoint?: VpcEndpoint;
}
