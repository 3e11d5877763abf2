import { pathOf, Placed, resourcesOfType } from './placed';
import { asDocument, PolicyDocument, policyOf } from './policy';
import type { ResolvedStack } from '../assembly/resolved-stack';
import { textOrReason } from '../assembly/unknown';

/** A VPC endpoint, with the policy that decides which requests it lets through. */
export interface VpcEndpoint extends Placed {
  /** Such as `vpce-0123456789abcdef0`. */
  readonly id: string;
  readonly vpcId: string;
  /** The service behind it, as actions have it in front: `secretsmanager`. */
  readonly service: string;
  readonly account: string;
  readonly region: string;
  /** The construct path, or stack path and logical id where the assembly does not tell it. */
  readonly path: string;
  readonly policy: PolicyDocument;
}

/** @see https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html#default-endpoint-policy */
const DEFAULT_POLICY = policyOf({ Effect: 'Allow', Principal: '*', Action: '*', Resource: '*' });

export function endpointsOf(stacks: ResolvedStack[]): VpcEndpoint[] {
  return resourcesOfType(stacks, 'AWS::EC2::VPCEndpoint').map(placed => {
    const { stack, logicalId, resource: { Properties = {} } } = placed;
    return {
      ...placed,
      id: stack.ref(logicalId),
      vpcId: textOrReason(Properties.VpcId) ?? '',
      service: (textOrReason(Properties.ServiceName) ?? '').split(`.${stack.region}.`).at(-1)!.replace(/-fips$/, ''),
      account: stack.account,
      region: stack.region,
      path: pathOf(placed),
      policy: Properties.PolicyDocument === undefined ? DEFAULT_POLICY : asDocument(Properties.PolicyDocument),
    };
  });
}
