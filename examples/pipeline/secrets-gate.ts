import { aws_iam as iam, pipelines, Stack } from 'aws-cdk-lib';
import { GATE_ROLE, REVIEW_ROLE } from './environments';

interface SecretsGateProps {
  readonly stage: string;
  readonly account: string;
  readonly source: pipelines.IFileSetProducer;
  readonly assembly: pipelines.IFileSetProducer;
}

/** The step before the deployment of a stage. Its role may assume one role of the stage's account; all else it may do is what a build needs. */
export function secretsGate(scope: Stack, { stage, account, source, assembly }: SecretsGateProps): pipelines.CodeBuildStep {
  const reviewRole = `arn:${scope.partition}:iam::${account}:role/${REVIEW_ROLE}`;
  const role = new iam.Role(scope, `Gate-${stage}`, {
    roleName: `${GATE_ROLE}-${stage}`,
    description: `The gate of the pipeline before ${stage}`,
    assumedBy: new iam.ServicePrincipal('codebuild.amazonaws.com', { conditions: { StringEquals: { 'aws:SourceAccount': scope.account } } }),
  });
  role.addToPolicy(new iam.PolicyStatement({ actions: ['sts:AssumeRole'], resources: [reviewRole] }));
  return new pipelines.CodeBuildStep(`secrets-gate-${stage}`, {
    input: source,
    additionalInputs: { assembly },
    role,
    env: { REVIEW_ROLE_ARN: reviewRole },
    installCommands: ['npm ci --ignore-scripts'],
    commands: [`node gate/gate.mjs assembly/assembly-${scope.node.id}-${stage} gate/approved-changes.txt`],
  });
}
