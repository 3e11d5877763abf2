import { Arn, ArnFormat, Stack } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/** Matches the hyphen and six characters that Secrets Manager appends to the name in an ARN. */
export const ARN_SUFFIX_PATTERN = '-??????';

/** The same ARN or pattern, in another region or in any. */
export function inRegion(scope: IConstruct, arn: string, region: string): string {
  return Arn.format({ ...Arn.split(arn, ArnFormat.COLON_RESOURCE_NAME), region }, Stack.of(scope));
}

/** The ARN of the secret, or of the secrets, with this name or pattern. */
export function secretArn(scope: IConstruct, env: { account: string; region: string }, name: string): string {
  return Arn.format({
    service: 'secretsmanager',
    account: env.account,
    region: env.region,
    resource: 'secret',
    resourceName: name,
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  }, Stack.of(scope));
}
