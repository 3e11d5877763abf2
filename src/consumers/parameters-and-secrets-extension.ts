import type { aws_lambda as lambda, Duration } from 'aws-cdk-lib';
import { LayerArn, latestLayer, layerOfVersion } from './private/extension-layer';
import { requireTimeToLive } from './private/time-to-live';
import { requireText, requireWhole } from '../private/validation';

/** How the AWS Parameters and Secrets Lambda Extension keeps values, and where it listens. */
export interface ParametersAndSecretsExtensionOptions {
  /**
   * For how long the extension answers with a value that it has, in whole seconds from 0 to 300 (`SECRETS_MANAGER_TTL`). With 0 each request reads the
   * secret. Not longer than the older value is accepted after a rotation.
   *
   * @default - 300 seconds, or as long as the older value of each secret is accepted for certain where that is less: 0 for a single user
   */
  readonly timeToLive?: Duration;

  /**
   * How many values the extension keeps, from 1 to 1000 (`PARAMETERS_SECRETS_EXTENSION_CACHE_SIZE`).
   *
   * @default 1000
   */
  readonly cacheSize?: number;

  /**
   * The port on `localhost` at which the extension listens, from 1 to 65535 (`PARAMETERS_SECRETS_EXTENSION_HTTP_PORT`).
   *
   * @default 2773
   */
  readonly httpPort?: number;

  /**
   * How many connections to the extension are served at once, from 1 to 10000 (`PARAMETERS_SECRETS_EXTENSION_MAX_CONNECTIONS`).
   *
   * @default 3
   */
  readonly maxConnections?: number;

  /**
   * What the extension logs (`PARAMETERS_SECRETS_EXTENSION_LOG_LEVEL`).
   *
   * @default ParamsAndSecretsLogLevel.INFO
   */
  readonly logLevel?: lambda.ParamsAndSecretsLogLevel;
}

const LAYER_VERSION_ARN = {
  pattern: /^arn:[^:]+:lambda:[a-z0-9-]+:\d{12}:layer:[A-Za-z0-9_-]+:\d+$/,
  words: 'the ARN of a version of a layer such as arn:aws:lambda:eu-west-1:015030872274:layer:AWS-Parameters-and-Secrets-Lambda-Extension:4',
};

/** The longest time to live that the extension takes. */
const MAX_TTL_SECONDS = 300;
const MAX_CACHE_SIZE = 1000;
const MAX_PORT = 65_535;
const MAX_CONNECTIONS = 10_000;

/**
 * Which layer of the AWS Parameters and Secrets Lambda Extension a function has. The extension answers HTTP requests at `localhost:2773` during an
 * invocation, and keeps the values that it has read.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/with-secrets-manager.html
 */
export class ParametersAndSecretsExtension {
  /**
   * The newest version, which AWS keeps in a public parameter of Systems Manager. It is looked up at each deployment, so that a deployment may bring a newer
   * one. In regions of China, GovCloud, the European Sovereign Cloud and the isolated partitions this is an error, because no source says that the
   * parameter is there.
   */
  public static latest(options: ParametersAndSecretsExtensionOptions = {}): ParametersAndSecretsExtension {
    return new ParametersAndSecretsExtension(options, latestLayer);
  }

  /**
   * A version that the CDK knows, whose layers do not change. It has none for some regions and architectures; there this is an error.
   *
   * @param version such as `lambda.ParamsAndSecretsVersions.V1_0_103`
   */
  public static fromVersion(
    version: lambda.ParamsAndSecretsVersions, options: ParametersAndSecretsExtensionOptions = {},
  ): ParametersAndSecretsExtension {
    return new ParametersAndSecretsExtension(options, (path, target) => layerOfVersion(path, target, version));
  }

  /**
   * The version of a layer that is pinned by its ARN, of the function's region and architecture.
   *
   * @param layerVersionArn such as `arn:aws:lambda:eu-west-1:015030872274:layer:AWS-Parameters-and-Secrets-Lambda-Extension:4`
   */
  public static fromLayerVersionArn(layerVersionArn: string, options: ParametersAndSecretsExtensionOptions = {}): ParametersAndSecretsExtension {
    return new ParametersAndSecretsExtension(options, path => {
      requireText(path, 'layerVersionArn', layerVersionArn, LAYER_VERSION_ARN);
      return () => layerVersionArn;
    });
  }

  /**
   * None: the function reads the secret by itself, such as with Powertools, or it holds the extension in its image. Then no layer is added, and no variable
   * of the extension.
   */
  public static none(): ParametersAndSecretsExtension {
    return new ParametersAndSecretsExtension({}, undefined);
  }

  private constructor(
    private readonly options: ParametersAndSecretsExtensionOptions,
    private readonly layer: ((path: string, target: lambda.Function) => LayerArn) | undefined,
  ) {}

  /** @internal */
  public get _isNone(): boolean {
    return this.layer === undefined;
  }

  /** @internal */
  public _layerVersionArn(path: string, target: lambda.Function): () => string {
    return this.layer!(path, target);
  }

  /**
   * Fails on what the extension would not take, or would take in silence for something else.
   *
   * @internal
   */
  public _validate(path: string): void {
    const { timeToLive, cacheSize, httpPort, maxConnections } = this.options;
    if (timeToLive !== undefined) requireTimeToLive(path, timeToLive, MAX_TTL_SECONDS);
    requireWhole(path, 'cacheSize', cacheSize ?? 1, { min: 1, max: MAX_CACHE_SIZE });
    requireWhole(path, 'httpPort', httpPort ?? 1, { min: 1, max: MAX_PORT });
    requireWhole(path, 'maxConnections', maxConnections ?? 1, { min: 1, max: MAX_CONNECTIONS });
  }

  /** @internal */
  public get _timeToLive(): Duration | undefined {
    return this.options.timeToLive;
  }

  /** @internal */
  public _environment(ttlSeconds: number): { [variable: string]: string } {
    const { cacheSize, httpPort, maxConnections, logLevel } = this.options;
    const variables = {
      SECRETS_MANAGER_TTL: ttlSeconds,
      PARAMETERS_SECRETS_EXTENSION_CACHE_SIZE: cacheSize,
      PARAMETERS_SECRETS_EXTENSION_HTTP_PORT: httpPort,
      PARAMETERS_SECRETS_EXTENSION_MAX_CONNECTIONS: maxConnections,
      PARAMETERS_SECRETS_EXTENSION_LOG_LEVEL: logLevel,
    };
    return Object.fromEntries(Object.entries(variables).flatMap(([name, value]) => value === undefined ? [] : [[name, String(value)]]));
  }
}
