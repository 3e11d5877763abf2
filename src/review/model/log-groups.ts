import { pathOf, resourcesOfType } from './placed';
import type { ResolvedStack } from '../assembly/resolved-stack';

/** A log group of CloudWatch Logs. */
export interface LogGroup {
  /** Without the `:*` at the end of what `Fn::GetAtt` returns. */
  readonly arn: string;
  readonly name: string;
  readonly account: string;
  /** The construct path, or stack path and logical id where the assembly does not tell it. */
  readonly path: string;
}

export function logGroupsOf(stacks: ResolvedStack[]): LogGroup[] {
  return resourcesOfType(stacks, 'AWS::Logs::LogGroup').map(placed => {
    const { stack, logicalId } = placed;
    return { arn: stack.getAtt(logicalId, 'Arn').replace(/:\*$/, ''), name: stack.ref(logicalId), account: stack.account, path: pathOf(placed) };
  });
}
