import { Construct } from 'constructs';

/** What the failed attempts to create a construct, or to import one, have left in the construct tree. */
export const leftovers: string[] = [];

/** The library, whose constructors and imports are watched: see `leftovers`. */
export function watched(library: Record<string, any>): Record<string, unknown> {
  const isConstruct = (each: any) => each?.prototype instanceof Construct;
  return Object.fromEntries(Object.entries(library).map(([name, each]) => [name, isConstruct(each) ? new Proxy(each, WATCHING) : each]));
}

const WATCHING: ProxyHandler<any> = {
  construct: (target, args) => reporting(args[0], () => new target(...args)),
  get: (target, name) => String(name).startsWith('from') ? (...args: any[]) => reporting(args[0], () => target[name](...args)) : target[name],
};

function reporting<T>(scope: Construct, attempt: () => T): T {
  const paths = () => scope.node.root.node.findAll().map(({ node }) => node.path);
  const before = new Set(paths());
  try {
    return attempt();
  } catch (error) {
    leftovers.push(...paths().filter(each => !before.has(each)));
    throw error;
  }
}
