import { RegionInfo } from 'aws-cdk-lib/region-info';
import type { Environment } from './resolved-stack';
import { ReviewError } from '../review-error';

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
  const facts = RegionInfo.get(region);
  if (!facts.partition || !facts.domainSuffix) {
    throw new ReviewError(`region ${JSON.stringify(region)} is not one that aws-cdk-lib knows; give a region by its code, such as us-east-1`);
  }
  return {
    account: agnostic.account ? standIns.account ?? '111122223333' : declared.account,
    region,
    partition: facts.partition,
    urlSuffix: facts.domainSuffix,
    environmentAgnostic: agnostic.account || agnostic.region,
  };
}
