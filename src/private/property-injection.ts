import { PropertyInjectors } from 'aws-cdk-lib';
import type { Construct, IConstruct } from 'constructs';

/**
 * The props of a construct with the defaults of an organization: those of the nearest scope that has an injector for the class, as it is for
 * constructs of the CDK.
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
