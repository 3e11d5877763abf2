import { pathOf, Placed, resourcesOfType } from './placed';
import { PolicyDocument, policyOf, Statement } from './policy';
import type { ResolvedStack } from '../assembly/resolved-stack';
import { textOf, textOrReason } from '../assembly/unknown';

/** A Lambda function, with everything that decides who may invoke it. */
export interface LambdaFunction extends Placed {
  readonly arn: string;
  readonly account: string;
  readonly region: string;
  /** The construct path, or stack path and logical id where the assembly does not tell it. */
  readonly path: string;
  /** The ARN of the role as which it runs. */
  readonly role: string;
  readonly environment: Readonly<Record<string, string>>;
  /** The name of its log group, which Lambda creates where no template does. */
  readonly logGroup: string;
  /** Its `AWS::Lambda::Permission` resources, which may be in other stacks, and those of its versions and aliases. */
  readonly permissions: Placed[];
}

export function functionsOf(stacks: ResolvedStack[]): LambdaFunction[] {
  const permissions = permissionsByFunction(stacks);
  return resourcesOfType(stacks, 'AWS::Lambda::Function').map(placed => {
    const { stack, logicalId, resource: { Properties = {} } } = placed;
    const arn = stack.getAtt(logicalId, 'Arn');
    return {
      ...placed,
      arn,
      account: stack.account,
      region: stack.region,
      path: pathOf(placed),
      role: textOrReason(Properties.Role) ?? '',
      environment: Properties.Environment?.Variables ?? {},
      logGroup: textOf(Properties.LoggingConfig?.LogGroup) ?? `/aws/lambda/${stack.ref(logicalId)}`,
      permissions: permissions.get(arn) ?? [],
    };
  });
}

function permissionsByFunction(stacks: ResolvedStack[]): Map<string, Placed[]> {
  const found = new Map<string, Placed[]>();
  for (const permission of resourcesOfType(stacks, 'AWS::Lambda::Permission')) {
    const arn = unqualified(functionArn(permission));
    found.set(arn, [...found.get(arn) ?? [], permission]);
  }
  return found;
}

/** The ARN without the version or the alias at its end. */
export function unqualified(arn: string): string {
  return arn.split(':').slice(0, 7).join(':');
}

/** The function that a permission names: by its ARN, its name, or its name after the account; each may end in a version or an alias. */
function functionArn({ stack, resource }: Placed): string {
  const name = textOrReason(resource.Properties?.FunctionName) ?? '';
  if (name.startsWith('arn:')) return name;
  const [, account = stack.account, ofAccount = name] = /^(?:(\d{12}):function:)?(.+)$/.exec(name) ?? [];
  return `arn:${stack.partition}:lambda:${stack.region}:${account}:function:${ofAccount}`;
}

/** The policy that permissions add up to; absent without any. */
export function invocationPolicy(permissions: Placed[]): PolicyDocument | undefined {
  return permissions.length === 0 ? undefined : policyOf(...permissions.map(statementOf));
}

/**
 * The statement that Lambda makes of a permission.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/api/API_AddPermission.html
 */
function statementOf(permission: Placed): Statement {
  const properties = permission.resource.Properties!;
  const conditions = [
    ['StringEquals', 'aws:SourceAccount', properties.SourceAccount],
    ['ArnLike', 'aws:SourceArn', properties.SourceArn],
    ['StringEquals', 'aws:PrincipalOrgID', properties.PrincipalOrgID],
    ['StringEquals', 'lambda:EventSourceToken', properties.EventSourceToken],
    ['StringEquals', 'lambda:FunctionUrlAuthType', properties.FunctionUrlAuthType],
    ['Bool', 'lambda:InvokedViaFunctionUrl', properties.InvokedViaFunctionUrl],
  ].filter(([, , value]) => value !== undefined);
  return {
    Effect: 'Allow',
    Principal: principalOf(properties.Principal),
    Action: properties.Action,
    Resource: functionArn(permission),
    Condition: conditions.reduce<Record<string, Record<string, string>>>((condition, [operator, key, value]) =>
      ({ ...condition, [operator]: { ...condition[operator], [key]: String(value) } }), {}),
  };
}

function principalOf(principal: string): unknown {
  if (principal === '*') return principal;
  return /^\d{12}$|^arn:/.test(principal) ? { AWS: principal } : { Service: principal };
}
