import { PropertyInjectors } from 'aws-cdk-lib';
import type { Construct, IConstruct } from 'constructs';
import { fail } from './errors';

/**
 * The props of a construct with the defaults of an organization: those of the nearest scope that has an injector for the class, as it is
 * for constructs of the CDK.
 *
 * @see https://docs.aws.amazon.com/cdk/v2/guide/blueprints.html
 */
export function withInjected<Props>(uniqueId: string, scope: Construct, id: string, props: Props): Props {
  const injector = [...scope.node.scopes].reverse().map(each => injectorOf(each, uniqueId)).find(each => each !== undefined);
  return injector ? injector.inject(props, { scope, id }) as Props : props;
}

function injectorOf(scope: IConstruct, uniqueId: string) {
  return PropertyInjectors.hasPropertyInjectors(scope) ? PropertyInjectors.of(scope).for(uniqueId) : undefined;
}

/** A prop that our checks have decided, before a property injector of a class of the CDK could set it. */
export interface Decided {
  readonly prop: string;
  readonly isKept: boolean;
  readonly remedy: string;
}

/**
 * Fails on the first that is not as we gave it to the class of the CDK. What was given in its place may be a secret, and stays out of the
 * message.
 */
export function requireAsDecided(path: string, className: string, decided: Decided[]): void {
  const changed = decided.find(({ isKept }) => !isKept);
  if (changed !== undefined) failOnInjected(path, className, changed);
}

export function failOnInjected(path: string, className: string, { prop, remedy }: Pick<Decided, 'prop' | 'remedy'>): never {
  return fail(path, `a property injector of \`${className}\` must not set \`${prop}\`, which is decided already; let it give `
    + 'defaults alone, '
    + `{ ...defaults, ...originalProps }, and ${remedy}`);
}
