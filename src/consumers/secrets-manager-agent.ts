import { createHash } from 'crypto';
import { existsSync, readFileSync, statSync } from 'fs';
import { type aws_s3 as s3, aws_s3_assets as assets, type Duration } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { requireTimeToLive } from './private/time-to-live';
import { fail } from '../private/errors';
import { requireText, requireWhole } from '../private/validation';

/** How the AWS Secrets Manager Agent keeps values, and where it listens. */
export interface SecretsManagerAgentOptions {
  /**
   * For how long the agent answers with a value that it has, in whole seconds from 0 to 3600 (`ttl_seconds`). With 0 each request reads the secret.
   *
   * @default - 300 seconds, or as long as the older value of each secret is accepted for certain where that is less: 0 for a single user
   */
  readonly timeToLive?: Duration;

  /**
   * How many values the agent keeps, from 1 to 1000 (`cache_size`).
   *
   * @default 1000
   */
  readonly cacheSize?: number;

  /**
   * The port on `localhost` at which the agent listens, from 1024 to 65535 (`http_port`).
   *
   * @default 2773
   */
  readonly httpPort?: number;

  /**
   * How many connections the agent serves at once, from 1 to 1000 (`max_conn`).
   *
   * @default 800
   */
  readonly maxConnections?: number;

  /**
   * A file with credentials of AWS, which the agent reads again when it changes (`credentials_file_path`), such as the one that the credential helper of IAM
   * Roles Anywhere writes.
   *
   * @default - the credentials of the instance
   */
  readonly credentialsFilePath?: string;
}

/** Where the program is. */
interface Program {
  readonly bucket: s3.IBucket;
  readonly key: string;
  readonly sha256: string;
}

/** Uploads the program, where that is needed, when all has been checked. */
type MakeProgram = (scope: Construct) => Program;

const SHA_256 = { pattern: /^[0-9a-f]{64}$/, words: 'a SHA-256 checksum of 64 hexadecimal digits in lower case' };
const OBJECT_KEY = { pattern: /^[A-Za-z0-9!_.*()/-]{1,1024}$/, words: 'the key of an object, of letters, digits and the characters ! _ . * ( ) / -' };
const FILE = { pattern: /^\/[A-Za-z0-9_./@-]+$/, words: 'an absolute path of letters, digits and the characters _ . / @ -' };

/** What the agent takes, as its README says. */
const MAX_TTL_SECONDS = 3600;
const LIMITS = { cacheSize: { min: 1, max: 1000 }, httpPort: { min: 1024, max: 65_535 }, maxConnections: { min: 1, max: 1000 } };

/**
 * The program of the AWS Secrets Manager Agent, which you build from its source: AWS publishes no program. Whoever installs it compares its checksum.
 *
 * @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/secrets-manager-agent.html
 */
export class SecretsManagerAgent {
  /**
   * A program on this machine, which is uploaded as an asset.
   *
   * @param file the path of `target/release/aws_secretsmanager_agent`, built for the instances
   */
  public static fromFile(file: string, options: SecretsManagerAgentOptions = {}): SecretsManagerAgent {
    return new SecretsManagerAgent(options, path => {
      if (!existsSync(file) || !statSync(file).isFile()) {
        fail(path, `\`agent\` must be a file, the program that \`cargo build --release\` makes of aws/aws-secretsmanager-agent, got ${JSON.stringify(file)}`);
      }
      const sha256 = createHash('sha256').update(readFileSync(file)).digest('hex');
      return scope => {
        const { bucket, s3ObjectKey: key } = new assets.Asset(scope, 'Agent', { path: file });
        return { bucket, key, sha256 };
      };
    });
  }

  /**
   * A program in a bucket.
   *
   * @param bucket whose objects the instances may read: the permission is granted
   * @param key the key of the object
   * @param sha256 the checksum of the object, as `sha256sum` prints it
   */
  public static fromBucket(bucket: s3.IBucket, key: string, sha256: string, options: SecretsManagerAgentOptions = {}): SecretsManagerAgent {
    return new SecretsManagerAgent(options, path => {
      requireText(path, 'key', key, OBJECT_KEY);
      requireText(path, 'sha256', sha256, SHA_256);
      return () => ({ bucket, key, sha256 });
    });
  }

  private constructor(private readonly options: SecretsManagerAgentOptions, private readonly program: (path: string) => MakeProgram) {}

  /** @internal */
  public _validate(path: string): void {
    const { timeToLive, credentialsFilePath, ...numbers } = this.options;
    if (timeToLive !== undefined) requireTimeToLive(path, timeToLive, MAX_TTL_SECONDS);
    if (credentialsFilePath !== undefined) requireText(path, 'credentialsFilePath', credentialsFilePath, FILE);
    for (const [name, limits] of Object.entries(LIMITS)) requireWhole(path, name, numbers[name as keyof typeof LIMITS] ?? limits.max, limits);
  }

  /** @internal */
  public _program(path: string): MakeProgram {
    return this.program(path);
  }

  /** @internal */
  public get _timeToLive(): Duration | undefined {
    return this.options.timeToLive;
  }

  /**
   * The configuration file of the agent. What it does not hold is as the agent has it by default.
   *
   * @internal
   */
  public _configuration(ttlSeconds: number, region: string): string[] {
    const { cacheSize, httpPort, maxConnections, credentialsFilePath } = this.options;
    const entries = {
      log_to_file: false,
      region,
      ttl_seconds: ttlSeconds,
      cache_size: cacheSize,
      http_port: httpPort,
      max_conn: maxConnections,
      credentials_file_path: credentialsFilePath,
    };
    return Object.entries(entries).flatMap(([name, value]) => value === undefined ? [] : [`${name} = ${typeof value === 'string' ? `"${value}"` : value}`]);
  }
}
