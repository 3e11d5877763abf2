/** Arguments that name things of the template, and so can be shown. Those of other intrinsics may hold a secret. */
const SHOWN = ['Ref', 'Condition', 'Fn::GetAtt', 'Fn::ImportValue', 'Fn::GetStackOutput', 'Fn::FindInMap'];

/** Where an intrinsic stands. */
export interface IntrinsicPlace {
  readonly stack: string;
  readonly logicalId: string;
}

/** An intrinsic that has no concrete value, and where it stands. */
export class UnresolvableIntrinsicError extends Error {
  constructor({ stack, logicalId }: IntrinsicPlace, intrinsic: string, argument: unknown, reason: string) {
    const shown = SHOWN.includes(intrinsic) ? ` ${JSON.stringify(argument)}` : '';
    super(`cannot resolve ${intrinsic}${shown} in ${logicalId} of stack ${stack}: ${reason}`);
    this.name = 'UnresolvableIntrinsicError';
  }
}
