import { Token } from 'aws-cdk-lib';
import { RegionInfo } from 'aws-cdk-lib/region-info';
import { fail } from './errors';

/** Fails unless these are regions into which a secret of `env` can be replicated, each once. */
export function requireReplicaRegions(path: string, prop: string, env: { account: string; region: string }, regions: string[]): void {
  if (regions.length === 0) return;
  if (Token.isUnresolved(env.account) || Token.isUnresolved(env.region)) {
    fail(path, `\`${prop}\` must be of a stack whose account and region are known, because the ARNs of replicas are derived from them; `
      + 'set `env: { account, region }` on the stack; a template for many accounts, such as that of a StackSet or a product, has no '
      + 'replicas');
  }
  regions.forEach((region, index) => {
    if (Token.isUnresolved(region)) {
      fail(path, `\`${prop}\` must be known at synthesis, got a token; `
      + 'write the region, such as "eu-west-1"');
    }
    if (!isKnown(region)) {
      fail(path, `\`${prop}\` must be regions that this aws-cdk-lib knows, got ${JSON.stringify(region)}; `
        + 'correct its name, or upgrade aws-cdk-lib for a newer region');
    }
    if (region === env.region) fail(path, `\`${prop}\` must be other regions than the primary's own ${region}; leave it out`);
    if (regions.indexOf(region) !== index) {
      fail(path, `\`${prop}\` must hold each region once, got ${region} twice; `
      + 'a region holds one replica of a secret');
    }
    const [partition, own] = [partitionOf(region), partitionOf(env.region)];
    if (partition !== own) {
      fail(path, `\`${prop}\` must be of the partition ${own} of ${env.region}, got ${region} of ${partition}; `
        + 'Secrets Manager does not replicate across partitions');
    }
  });
}

function isKnown(region: string): boolean {
  return RegionInfo.regions.some(({ name }) => name === region);
}

/** Absent for a region that is a token, or that this aws-cdk-lib does not know. */
export function partitionOf(region: string): string | undefined {
  return Token.isUnresolved(region) ? undefined : RegionInfo.get(region).partition;
}
