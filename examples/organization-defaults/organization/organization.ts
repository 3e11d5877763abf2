import { Stage } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/** What holds for every account of the organization. Change it here, and nowhere else. */
export const ORGANIZATION = {
  id: 'o-a1b2c3d4e5',
  /** The first level of every name of a secret. */
  nameLevel: 'acme',
  boundaryName: 'acme-service-boundary',
  trailLogGroupName: 'organization-trail',
  onCallTopicName: 'platform-on-call',
  /** Roles that are denied every secret of production, whatever another policy allows. */
  stagingRoles: 'arn:aws:iam::*:role/staging-*',
  /** The account of each environment, and its multi-Region key for log groups, whose policy lets CloudWatch Logs use it. */
  accounts: {
    staging: { id: '444455556666', logsKeyId: 'mrk-0a1b2c3d4e5f40718293a4b5c6d7e8f9' },
    prod: { id: '111122223333', logsKeyId: 'mrk-1b2c3d4e5f60418293a4b5c6d7e8f90a' },
  },
} as const;

export type Environment = keyof typeof ORGANIZATION.accounts;

/** The environment is the stage: nobody says it twice. */
export function environmentOf(scope: IConstruct): Environment {
  const name = Stage.of(scope)?.stageName ?? '';
  if (name in ORGANIZATION.accounts) return name as Environment;
  throw new Error(`${scope.node.path} must be in an OrganizationStage, whose name is one of ${Object.keys(ORGANIZATION.accounts).join(', ')}`);
}
