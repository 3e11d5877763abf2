import { RegionInfo } from 'aws-cdk-lib/region-info';
import type { Environment } from './resolved-stack';

/** What stands in for the account and the region of a stack that names none. */
export interface StandIns {
  /** @default '111122223333' */
  readonly account?: string;
  /** @default 'us-east-1' */
  readonly region?: string;
}

const UNKNOWN_ACCOUNT = 'unknown-account';
const UNKNOWN_REGION = 'unknown-region';

export function environmentOf(declared: { account: string; region: string }, standIns: StandIns): Environment {
  const agnostic = { account: declared.account === UNKNOWN_ACCOUNT, region: declared.region === UNKNOWN_REGION };
  const region = agnostic.region ? standIns.region ?? 'us-east-1' : declared.region;
  const { partition = 'aws', domainSuffix: urlSuffix = 'amazonaws.com' } = RegionInfo.get(region);
  return {
    account: agnostic.account ? standIns.account ?? '111122223333' : declared.account,
    region,
    partition,
    urlSuffix,
    environmentAgnostic: agnostic.account || agnostic.region,
  };
}

/** That the partition of a region is a guess, when it is. */
export function regionProblem({ path, region }: { path: string; region: string }): string | undefined {
  return RegionInfo.get(region).partition !== undefined ? undefined
    : `the region ${JSON.stringify(region)} of stack ${path} is not one that aws-cdk-lib knows, and is taken for one of the partition aws;`
      + ' give a region by its code, such as us-east-1';
}
