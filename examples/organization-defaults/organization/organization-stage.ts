import { PermissionsBoundary, Stage } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { BoundaryStack } from './boundary-stack';
import { Environment, ORGANIZATION } from './organization';

export interface OrganizationStageProps {
  readonly environment: Environment;
  readonly region: string;
}

/** An environment of the organization: its account, and a boundary for every role in it. */
export class OrganizationStage extends Stage {
  constructor(scope: Construct, { environment, region }: OrganizationStageProps) {
    super(scope, environment, {
      env: { account: ORGANIZATION.accounts[environment].id, region },
      permissionsBoundary: PermissionsBoundary.fromName(ORGANIZATION.boundaryName),
    });
    new BoundaryStack(this, 'boundary', { description: 'Deployed before any stack with a role' });
  }
}
