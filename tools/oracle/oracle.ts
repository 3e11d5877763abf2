import { EvaluationResult, runSimulation, Simulation } from '@cloud-copilot/iam-simulate';
import type { Case } from './generator';
import type { PolicyDocument } from '../../src/review/policy/types';

/** What the simulator answers; `invalid` for policies that it does not take. */
export type Answer = EvaluationResult | 'invalid';

export async function oracleAnswer(request: Case): Promise<Answer> {
  const result = await runSimulation(simulationOf(renamed(request)), { simulationMode: 'Strict' });
  return result.resultType === 'error' ? 'invalid' : result.overallResult;
}

/** Keys that the simulator drops as it does not know their values, or not for the action; under this name it passes every one on. */
const STAND_IN = 'aws:RequestTag/';
const DROPPED = /"(kms:EncryptionContext:[^"]*|secretsmanager:[A-Za-z]+|aws:BinaryKey)":/gi;

function renamed(request: Case): Case {
  return JSON.parse(JSON.stringify(request).replace(DROPPED, `"${STAND_IN}$1":`)) as Case;
}

function simulationOf(request: Case): Simulation {
  const { principal, action, resource, resourceAccount, context, identity, boundary, session, resourcePolicy, endpoint } = request;
  return {
    request: {
      principal: principal.sessionName === undefined ? principal.arn : sessionArn(principal.arn, principal.sessionName),
      action,
      resource: { resource, accountId: resourceAccount },
      contextVariables: context as Record<string, string | string[]>,
    },
    identityPolicies: named(identity, 'identity'),
    permissionBoundaryPolicies: boundary && named([boundary], 'boundary'),
    sessionPolicy: session,
    resourcePolicy,
    vpcEndpointPolicies: endpoint && named([endpoint], 'endpoint'),
    serviceControlPolicies: request.serviceControl.map((policies, level) => ({ orgIdentifier: `scp-${level}`, policies: named(policies, 'scp') })),
    resourceControlPolicies: request.resourceControl.map((policies, level) => ({ orgIdentifier: `rcp-${level}`, policies: named(policies, 'rcp') })),
  };
}

function named(policies: readonly PolicyDocument[], name: string): { name: string; policy: PolicyDocument }[] {
  return policies.map((policy, index) => ({ name: `${name}-${index}`, policy }));
}

function sessionArn(roleArn: string, sessionName: string): string {
  return `${roleArn.replace(':iam:', ':sts:').replace(':role/', ':assumed-role/')}/${sessionName}`;
}
