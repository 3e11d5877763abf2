import { Stack, Validations } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/** The packs of cdk-nag that hold a rule, by the name of the rule. */
const PACKS = {
  IAMNoInlinePolicy: ['NIST.800.53.R5', 'HIPAA.Security', 'PCI.DSS.321'],
  LambdaDLQ: ['NIST.800.53.R5', 'HIPAA.Security', 'Serverless'],
  LambdaInsideVPC: ['NIST.800.53.R5', 'HIPAA.Security', 'PCI.DSS.321'],
  LambdaAsyncFailureDestination: ['Serverless'],
  LambdaTracing: ['Serverless'],
  SecretsManagerRotationEnabled: ['NIST.800.53.R5', 'HIPAA.Security'],
  SF1: ['AwsSolutions'],
  SF2: ['AwsSolutions'],
  SMG4: ['AwsSolutions'],
  SQS3: ['AwsSolutions'],
  SQSRedrivePolicy: ['Serverless'],
  StepFunctionStateMachineXray: ['Serverless'],
};

/** The proactive controls of Control Tower that ask for the same. */
const CONTROL_TOWER: { [rule in keyof typeof PACKS]?: string[] } = {
  LambdaInsideVPC: ['cdk-validator-cfnguard::lambda_inside_vpc_check'],
  SF1: ['cdk-validator-cfnguard::step_functions_state_machine_logging_enabled_check'],
  SF2: ['cdk-validator-cfnguard::step_functions_state_machine_tracing_enabled_check'],
  SQSRedrivePolicy: ['cdk-validator-cfnguard::sqs_dlq_check'],
};

/**
 * Accepts a finding of cdk-nag for a construct of ours and what is below it, so that its users need not. This is for what is so by
 * design alone: what a user decides, such as a key for the logs, stays a finding.
 *
 * @see https://github.com/cdklabs/cdk-nag#acknowledging-a-rule
 */
export function acknowledge(construct: IConstruct, rule: keyof typeof PACKS, reason: string): void {
  record(construct, [...PACKS[rule].map(pack => `${pack}-${rule}`), ...CONTROL_TOWER[rule] ?? []], reason);
}

/** Accepts a resource with a wildcard in a policy of ours; one without is none of cdk-nag's findings. */
export function acknowledgeWildcard(construct: IConstruct, resource: string, reason: string): void {
  const named = nameOf(Stack.of(construct).resolve(resource));
  if (named.includes('*')) record(construct, [`AwsSolutions-IAM5[Resource::${named}]`], reason);
}

/** A policy of a role of ours. */
export function acknowledgeInlinePolicy(construct: IConstruct): void {
  acknowledge(construct, 'IAMNoInlinePolicy', 'It is a policy of one role, so that nobody can attach it to another; a managed policy '
    + 'could be.');
}

/** As `Validations.acknowledge` does it, which before aws-cdk-lib 2.269.0 refuses ids with a pseudo parameter such as AWS::Region. */
function record(construct: IConstruct, ids: string[], reason: string): void {
  construct.node.addMetadata(Validations.ACKNOWLEDGED_RULES_METADATA_KEY, Object.fromEntries(ids.map(id => [id, reason])));
}

interface Intrinsic {
  readonly 'Ref'?: string;
  readonly 'Fn::Join'?: [string, unknown[]];
  readonly 'Fn::GetAtt'?: string[];
}

/** As cdk-nag writes a resource in the id of a finding. */
function nameOf(resource: unknown): string {
  if (typeof resource === 'string') return resource;
  const { Ref: reference, 'Fn::Join': join, 'Fn::GetAtt': attribute } = resource as Intrinsic;
  if (join) return join[1].map(nameOf).join(join[0]);
  if (attribute) return `<${attribute.join('.')}>`;
  return reference === undefined ? JSON.stringify(resource) : `<${reference}>`;
}
