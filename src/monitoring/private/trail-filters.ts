import { aws_logs as logs, type Stack } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import type { WatchedSecrets } from './watched-secrets';
import { secretArn } from '../../private/arns';
import { fail } from '../../private/errors';

/** CloudWatch Logs allows no longer pattern. */
const MAX_PATTERN = 1024;

const SECRET_ID = '$.requestParameters.secretId';
const ROLE = '$.userIdentity.sessionContext.sessionIssuer.arn';

/** The reads in a trail that are about the watched secrets, as patterns of metric filters. */
export class TrailFilters {
  constructor(private readonly scope: IConstruct, private readonly secrets: WatchedSecrets) {}

  /** The message names the resource where the record of a refused call has no parameters. */
  public denied(): logs.IFilterPattern {
    return pattern([...this.reads(), [text('$.errorCode', '=', 'AccessDenied*')], [...this.ofSecrets(), ...this.inMessage()]]);
  }

  public deleted(): logs.IFilterPattern {
    return pattern([...this.reads(), [text('$.errorMessage', '=', '*marked for deletion*')], this.ofSecrets()]);
  }

  /** A principal without a role is none of the expected ones: a user, the root user, or one of another account. */
  public unexpected(readers: string[]): logs.IFilterPattern {
    const others = readers.map(arn => text(ROLE, '!=', arn)).join(' && ');
    return pattern([...this.reads(), ['$.errorCode NOT EXISTS'], this.ofSecrets(), [`${ROLE} NOT EXISTS`, others]]);
  }

  /** The values with which the id of a watched secret can begin. */
  public beginnings(): string[] {
    const { prefix, names } = this.secrets;
    return (prefix === undefined ? names : [prefix]).flatMap(each => [each, secretArn(this.scope, this.secrets.env, each)]);
  }

  private reads(): string[][] {
    const { account, region } = this.secrets.env;
    return [
      [text('$.eventSource', '=', 'secretsmanager.amazonaws.com')],
      [text('$.recipientAccountId', '=', account)],
      [text('$.awsRegion', '=', region)],
      [text('$.eventName', '=', 'GetSecretValue'), text('$.eventName', '=', 'BatchGetSecretValue')],
    ];
  }

  private ofSecrets(): string[] {
    const { prefix, names, env } = this.secrets;
    const arn = (name: string) => secretArn(this.scope, env, name);
    const ids = prefix === undefined ? names.flatMap(name => [name, arn(name), arn(`${name}-*`)]) : [`${prefix}*`, arn(`${prefix}*`)];
    return ids.map(id => text(SECRET_ID, '=', id));
  }

  private inMessage(): string[] {
    const { prefix, names } = this.secrets;
    return (prefix === undefined ? names : [prefix]).map(name => text('$.errorMessage', '=', `*${name}*`));
  }
}

/** Fails on a pattern that CloudWatch Logs refuses, whose tokens it counts as longer than they will be. */
export function requireLength(path: string, stack: Stack, filter: logs.IFilterPattern, remedy: string): void {
  const { length } = JSON.stringify(stack.resolve(filter.logPatternString));
  if (length > MAX_PATTERN) fail(path, `the pattern of a metric filter must have at most ${MAX_PATTERN} characters, got about ${length}; ${remedy}`);
}

function text(field: string, comparison: '=' | '!=', value: string): string {
  return `${field} ${comparison} "${value}"`;
}

/** All of the groups, and of each group one. */
function pattern(groups: string[][]): logs.IFilterPattern {
  const all = groups.map(group => `(${group.length === 1 ? group[0] : group.map(each => `(${each})`).join(' || ')})`);
  return logs.FilterPattern.literal(`{ ${all.join(' && ')} }`);
}
