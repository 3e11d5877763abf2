import type { aws_iam as iam, aws_logs as logs } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import type { ISecretNamespace } from '../namespace/secret-namespace-props';

/**
 * A runbook of Systems Manager Automation for the secrets of a namespace. It changes nothing until somebody starts it, and nothing then either
 * unless its parameter `DryRun` is `false`.
 *
 * Not to be implemented: the runbooks of this library are the ones there are.
 */
export interface ISecretRunbook extends IConstruct {
  /** The name of the document, for `StartAutomationExecution`. */
  readonly documentName: string;

  /** The role with which the runbook works: on the secrets of the namespace alone, and without reading a value. */
  readonly role: iam.IRole;

  /** Where it writes what it does, before and after each change, in a stream with the id of the execution as its name. */
  readonly logGroup: logs.ILogGroup;

  /** Start the runbook. To follow it, the grantee needs `ssm:GetAutomationExecution` as well. */
  grantStart(grantee: iam.IGrantable): iam.Grant;
}

/** Properties of the runbooks. */
export interface SecretRunbookProps {
  /** The namespace whose secrets the runbook is for, of this stack's account and region. Secrets outside of its prefix are not covered. */
  readonly namespace: ISecretNamespace;

  /**
   * Where the runbook writes what it does. No value of a secret is written there.
   *
   * @default - a log group of its own, which is kept for a year, and retained when it leaves its stack
   */
  readonly logGroup?: logs.ILogGroup;
}
