import { setTimeout as sleep } from 'timers/promises';
import {
  DescribeSecretCommand, GetResourcePolicyCommand, GetSecretValueCommand, PutSecretValueCommand, SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';

const STACK_MS = 60_000;
const REQUEST_MS = 20_000;

/** What Secrets Manager says of one secret. */
export interface DeployedSecret {
  readonly arn: string;
  readonly keyId?: string;
  readonly description?: string;
  readonly tags: Record<string, string>;
  readonly policy?: { Statement: { Sid?: string; Effect: string; Principal: unknown }[] };
  /** Absent of a secret without a value. */
  readonly value?: string;
  readonly versionId?: string;
}

/** One account and region of the emulator, which takes an access key of twelve digits for the number of the account. */
export class Account {
  public readonly secrets: SecretsManagerClient;

  constructor(private readonly endpoint: string, private readonly id: string, public readonly region = 'eu-west-1') {
    this.secrets = new SecretsManagerClient({
      endpoint,
      region,
      credentials: { accessKeyId: id, secretAccessKey: 'none' },
      maxAttempts: 1,
      requestHandler: { requestTimeout: REQUEST_MS, throwOnRequestTimeout: true },
    });
  }

  public in(region: string): Account {
    return new Account(this.endpoint, this.id, region);
  }

  /** Creates or updates a stack. Throws an error with the reason of each resource that failed, whatever the stack's own status. */
  public async deploy(stack: string, template: object, parameters: Record<string, string> = {}): Promise<void> {
    const status = await this.status(stack);
    const before = status === undefined ? 0 : (await this.events(stack)).length;
    await this.query('cloudformation', status === undefined ? 'CreateStack' : 'UpdateStack', {
      'StackName': stack,
      'TemplateBody': JSON.stringify(template),
      'Capabilities.member.1': 'CAPABILITY_NAMED_IAM',
      ...Object.fromEntries(Object.entries(parameters).flatMap(([key, value], index) => [
        [`Parameters.member.${index + 1}.ParameterKey`, key], [`Parameters.member.${index + 1}.ParameterValue`, value],
      ])),
    });
    const ended = await this.end(stack);
    const events = (await this.events(stack)).slice(0, -before || undefined);
    const failed = events.filter(event => event.resource !== stack && event.status.endsWith('_FAILED'));
    if (failed.length > 0 || !/^(CREATE|UPDATE)_COMPLETE$/.test(ended)) {
      throw new Error(`stack ${stack} ended as ${ended}${failed.map(({ resource, reason }) => `\n  ${resource}: ${reason}`).join('')}`);
    }
  }

  public async delete(stack: string): Promise<void> {
    await this.query('cloudformation', 'DeleteStack', { StackName: stack });
    const ended = await this.end(stack);
    if (ended !== 'DELETE_COMPLETE') throw new Error(`stack ${stack} ended as ${ended}`);
  }

  /** The secret of a name or ARN, or nothing. */
  public async secret(id: string): Promise<DeployedSecret | undefined> {
    const described = await orNothing(this.secrets.send(new DescribeSecretCommand({ SecretId: id })));
    if (described === undefined || described.DeletedDate !== undefined) return undefined;
    const { ResourcePolicy } = await this.secrets.send(new GetResourcePolicyCommand({ SecretId: id }));
    const current = await orNothing(this.secrets.send(new GetSecretValueCommand({ SecretId: id })));
    return {
      arn: described.ARN!,
      keyId: described.KmsKeyId,
      description: described.Description,
      tags: Object.fromEntries((described.Tags ?? []).map(({ Key, Value }) => [Key!, Value!])),
      policy: ResourcePolicy === undefined ? undefined : JSON.parse(ResourcePolicy),
      value: current?.SecretString,
      versionId: current?.VersionId,
    };
  }

  public async putValue(id: string, value: string): Promise<void> {
    await this.secrets.send(new PutSecretValueCommand({ SecretId: id, SecretString: value }));
  }

  /** A key, by its ARN, id or alias. */
  public async key(id: string) {
    const { KeyMetadata } = await this.json<{ KeyMetadata: { Arn: string; KeyState: string; MultiRegion?: boolean } }>(
      'kms', 'TrentService.DescribeKey', { KeyId: id });
    const { Arn, KeyState, MultiRegion = false } = KeyMetadata;
    const { Policy } = await this.json<{ Policy: string }>('kms', 'TrentService.GetKeyPolicy', { KeyId: Arn, PolicyName: 'default' });
    return { arn: Arn, state: KeyState, multiRegion: MultiRegion, policy: Policy };
  }

  /** What the policies of a role name as resources. */
  public async resourcesOf(roleName: string): Promise<string[]> {
    const names = elements(await this.query('iam', 'ListRolePolicies', { RoleName: roleName }), 'member');
    const policies = await Promise.all(names.map(PolicyName => this.query('iam', 'GetRolePolicy', { RoleName: roleName, PolicyName })));
    return policies.flatMap(xml => {
      const document: { Statement: { Resource: string | string[] }[] } = JSON.parse(decodeURIComponent(elements(xml, 'PolicyDocument')[0]));
      return document.Statement.flatMap(({ Resource }) => Resource);
    });
  }

  /** A call of a service with the Query protocol; answers XML. */
  public async query(service: 'cloudformation' | 'iam', action: string, parameters: Record<string, string>): Promise<string> {
    const body = new URLSearchParams({ Action: action, Version: service === 'iam' ? '2010-05-08' : '2010-05-15', ...parameters });
    return this.post(service, body, 'application/x-www-form-urlencoded');
  }

  /** A call of a service with the JSON protocol, such as `TrentService.DescribeKey`. */
  public async json<T>(service: 'events' | 'kms' | 'logs' | 'sqs' | 'ssm', target: string, parameters: object): Promise<T> {
    const type = `application/x-amz-json-${service === 'sqs' ? '1.0' : '1.1'}`;
    const answer = await this.post(service, JSON.stringify(parameters), type, { 'x-amz-target': target });
    return JSON.parse(answer) as T;
  }

  private async post(service: string, body: string | URLSearchParams, type: string, headers: Record<string, string> = {}): Promise<string> {
    // The emulator reads account, region and service, and checks no signature.
    const credential = `${this.id}/20000101/${this.region}/${service}/aws4_request`;
    const authorization = `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=host, Signature=0`;
    const response = await fetch(this.endpoint, {
      method: 'POST',
      body,
      headers: { 'content-type': type, authorization, ...headers },
      signal: AbortSignal.timeout(REQUEST_MS),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(elements(text, 'Message')[0] ?? text);
    return text;
  }

  /** The status of a stack that is there. */
  public async status(stack: string): Promise<string | undefined> {
    try {
      return elements(await this.query('cloudformation', 'DescribeStacks', { StackName: stack }), 'StackStatus')[0];
    } catch (error) {
      if (/does not exist/.test((error as Error).message)) return undefined;
      throw error;
    }
  }

  private async end(stack: string): Promise<string> {
    for (const deadline = Date.now() + STACK_MS; Date.now() < deadline; await sleep(100)) {
      const status = await this.status(stack) ?? 'DELETE_COMPLETE';
      if (!status.endsWith('_IN_PROGRESS')) return status;
    }
    throw new Error(`stack ${stack} did not end within ${STACK_MS / 1000} s`);
  }

  /** Newest first. */
  private async events(stack: string) {
    const xml = await this.query('cloudformation', 'DescribeStackEvents', { StackName: stack });
    return elements(xml, 'member').map(event => ({
      resource: elements(event, 'LogicalResourceId')[0],
      status: elements(event, 'ResourceStatus')[0],
      reason: elements(event, 'ResourceStatusReason')[0] ?? 'no reason given',
    }));
  }
}

/** The texts of the elements of one name, in an answer without elements of that name within each other. */
export function elements(xml: string, name: string): string[] {
  const entities: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: '\'' };
  return [...xml.matchAll(new RegExp(`<${name}>([\\s\\S]*?)</${name}>`, 'g'))]
    .map(([, text]) => text.replace(/&(amp|lt|gt|quot|apos);/g, (_, entity: string) => entities[entity]));
}

async function orNothing<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if ((error as Error).name === 'ResourceNotFoundException') return undefined;
    throw error;
  }
}
