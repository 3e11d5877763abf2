import { pathOf, Placed } from './placed';
import type { ResolvedStack } from '../assembly/resolved-stack';
import { textOf } from '../assembly/unknown';

/** Properties by which a resource names the role that it acts as, and what is said of it. */
const ROLE_PROPERTIES: Record<string, string> = {
  Role: '',
  RoleArn: '',
  RoleARN: '',
  ServiceRole: '',
  ServiceRoleArn: '',
  TaskRoleArn: '',
  JobRoleArn: '',
  IAMRoleArn: '',
  InstanceRoleArn: '',
  ExecutionRoleArn: ' (execution role)',
};

/** What acts as a role, by the ARN of the role: functions, tasks, and everything else that names one; service accounts of Kubernetes. */
export function actorsByRole(stacks: ResolvedStack[]): Map<string, string[]> {
  const found = new Map<string, Set<string>>();
  for (const stack of stacks) {
    for (const [logicalId, resource] of Object.entries(stack.template.Resources)) {
      for (const [arn, actor] of actorsOf({ stack, logicalId, resource })) found.set(arn, (found.get(arn) ?? new Set()).add(actor));
    }
  }
  return new Map([...found].map(([arn, actors]) => [arn, [...actors].sort()]));
}

function actorsOf(placed: Placed): [string, string][] {
  const { resource: { Type, Properties = {} } } = placed;
  if (Type === 'AWS::EKS::PodIdentityAssociation') {
    const account = [Properties.ClusterName, Properties.Namespace, Properties.ServiceAccount].map(each => textOf(each) ?? '?').join('/');
    return [[textOf(Properties.RoleArn) ?? '', `service account ${account}`]];
  }
  return Object.entries(ROLE_PROPERTIES).flatMap(([property, suffix]): [string, string][] => {
    const arn = textOf(Properties[property]);
    return arn === undefined || !arn.includes(':role/') ? [] : [[arn, pathOf(placed) + suffix]];
  });
}
