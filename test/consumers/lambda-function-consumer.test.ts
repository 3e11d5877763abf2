import { assertions, aws_lambda as lambda, Duration, Stack } from 'aws-cdk-lib';
import { apiKey, database, payments } from './follow';
import {
  LambdaFunctionConsumer, LambdaFunctionConsumerProps, ManagedSecret, ParametersAndSecretsExtension as Extension, RotationStrategy, SecretEncryption,
} from '../../src';
import { ENV, OTHER_ACCOUNT, roleStatements, testApp, testStack } from '../support/test-app';

const LAYER = 'arn:aws:lambda:eu-west-1:015030872274:layer:AWS-Parameters-and-Secrets-Lambda-Extension:11';

function api(stack: Stack, props: Partial<lambda.FunctionProps> = {}): lambda.Function {
  return new lambda.Function(stack, 'Api', { runtime: lambda.Runtime.NODEJS_22_X, handler: 'index.handler', code: lambda.Code.fromInline('exports'), ...props });
}

function functionIn(stack: Stack): any {
  return Object.values(assertions.Template.fromStack(stack).findResources('AWS::Lambda::Function'))[0].Properties;
}

function warnings(stack: Stack): string[] {
  return assertions.Annotations.fromStack(stack).findWarning('*', assertions.Match.stringLikeRegexp('.*')).map(({ entry }) => String(entry.data));
}

describe('one call', () => {
  const stack = payments();
  const consumer = new LambdaFunctionConsumer(stack, 'Consumer', { function: api(stack), environment: { API_KEY_ARN: apiKey(stack) } });

  test('puts the newest layer of the architecture and the ARN into the function, and no value', () => {
    const { Layers, Environment: { Variables } } = functionIn(stack);
    const [[parameter, { Default }]] = Object.entries(assertions.Template.fromStack(stack).findParameters('*', {
      Default: '/aws/service/aws-parameters-and-secrets-lambda-extension/x86/latest',
    }));
    expect(Default).toContain('/x86/');
    expect(Layers).toEqual([{ Ref: parameter }]);
    expect(Variables).toEqual({ API_KEY_ARN: { Ref: expect.stringMatching(/^ApiKey/) }, SECRETS_MANAGER_TTL: '300' });
    expect(consumer.layer).toBeDefined();
    expect(consumer.timeToLive!.toSeconds()).toBe(300);
  });

  test('lets the function read this secret and use its key for it, and nothing else', () => {
    const [read, decrypt] = roleStatements(stack) as any[];
    expect(read).toEqual({
      Effect: 'Allow', Action: ['secretsmanager:DescribeSecret', 'secretsmanager:GetSecretValue'], Resource: { Ref: expect.stringMatching(/^ApiKey/) },
    });
    expect(decrypt).toMatchObject({ Action: 'kms:Decrypt', Condition: { StringEquals: { 'kms:ViaService': 'secretsmanager.eu-west-1.amazonaws.com' } } });
    expect(roleStatements(stack)).toHaveLength(2);
  });
});

describe('the layer', () => {
  const layersOf = (region: string, architecture: lambda.Architecture, extension: Extension) => {
    const stack = testStack('Stack', testApp(), { ...ENV, region });
    const secret = ManagedSecret.fromName(stack, 'Secret', 'legacy', SecretEncryption.awsManagedKey());
    new LambdaFunctionConsumer(stack, 'Consumer', { function: api(stack, { architecture }), secrets: [secret], extension });
    return functionIn(stack).Layers;
  };

  test('is that of arm64 for a function of that architecture', () => {
    const [{ Ref }] = layersOf('ca-west-1', lambda.Architecture.ARM_64, Extension.latest());
    expect(Ref).toMatch(/awsserviceawsparametersandsecretslambdaextensionarm64latest/);
  });

  test('of a version, or by its ARN, is pinned', () => {
    expect(layersOf('eu-west-1', lambda.Architecture.X86_64, Extension.fromVersion(lambda.ParamsAndSecretsVersions.V1_0_103)))
      .toEqual(['arn:aws:lambda:eu-west-1:015030872274:layer:AWS-Parameters-and-Secrets-Lambda-Extension:4']);
    expect(layersOf('us-gov-west-1', lambda.Architecture.ARM_64, Extension.fromLayerVersionArn(LAYER))).toEqual([LAYER]);
  });

  test('is looked up where the region is known at deployment only', () => {
    const stack = new Stack(testApp(), 'Anywhere');
    const secret = ManagedSecret.fromName(stack, 'Secret', 'legacy', SecretEncryption.awsManagedKey());
    new LambdaFunctionConsumer(stack, 'Consumer', { function: api(stack), secrets: [secret] });
    expect(functionIn(stack).Layers).toHaveLength(1);
  });

  test('is left out when the function reads by itself, and so are its variables', () => {
    const stack = payments();
    const consumer = new LambdaFunctionConsumer(stack, 'Consumer', {
      function: api(stack), environment: { API_KEY_ARN: apiKey(stack) }, extension: Extension.none(), maxAge: Duration.minutes(1),
    });
    expect(functionIn(stack).Layers).toBeUndefined();
    expect(Object.keys(functionIn(stack).Environment.Variables)).toEqual(['API_KEY_ARN']);
    expect([consumer.layer, consumer.timeToLive]).toEqual([undefined, undefined]);
  });
});

test('all options of the extension are variables', () => {
  const stack = payments();
  new LambdaFunctionConsumer(stack, 'Consumer', {
    function: api(stack),
    secrets: [apiKey(stack)],
    extension: Extension.latest({
      timeToLive: Duration.seconds(0), cacheSize: 10, httpPort: 3000, maxConnections: 5, logLevel: lambda.ParamsAndSecretsLogLevel.WARN,
    }),
  });
  expect(functionIn(stack).Environment.Variables).toEqual({
    SECRETS_MANAGER_TTL: '0',
    PARAMETERS_SECRETS_EXTENSION_CACHE_SIZE: '10',
    PARAMETERS_SECRETS_EXTENSION_HTTP_PORT: '3000',
    PARAMETERS_SECRETS_EXTENSION_MAX_CONNECTIONS: '5',
    PARAMETERS_SECRETS_EXTENSION_LOG_LEVEL: 'warn',
  });
});

describe('the time to live', () => {
  const consuming = (strategy: RotationStrategy, props: Partial<LambdaFunctionConsumerProps> = {}) => {
    const stack = payments();
    const consumer = new LambdaFunctionConsumer(stack, 'Consumer', { function: api(stack), secrets: [database(stack, { strategy })], ...props });
    return { seconds: consumer.timeToLive?.toSeconds(), warnings: warnings(stack).filter(each => each.includes('olderValue')) };
  };

  test('is that of the extension where the older value lives longer', () => {
    expect(consuming(RotationStrategy.dualPassword())).toEqual({ seconds: 300, warnings: [] });
  });

  test('is none for a single user, with a warning that the function must read again', () => {
    const { seconds, warnings: [warning] } = consuming(RotationStrategy.singleUser());
    expect(seconds).toBe(0);
    expect(warning).toContain('this function may use it until it is read again: until then, what uses it fails');
    expect(warning).toContain('have the code read the secret again when it is refused');
  });

  test('together with a cache of the function must not be longer than the time between two rotations', () => {
    expect(consuming(RotationStrategy.dualPassword(), { maxAge: Duration.hours(2) }).warnings).toEqual([]);
    expect(() => consuming(RotationStrategy.dualPassword(), { maxAge: Duration.hours(4) }))
      .toThrow(/`maxAge` must be shorter than the time between two rotations of payments\/Db, which is 4 hours, got 4 hours 5 minutes/);
  });

  test('of a function that reads by itself is not known until it is said', () => {
    const { warnings: [warning] } = consuming(RotationStrategy.dualPassword(), { extension: Extension.none() });
    expect(warning).toContain('this function may keep it for as long as it runs; say by `maxAge`');
    expect(consuming(RotationStrategy.dualPassword(), { extension: Extension.none(), maxAge: Duration.minutes(5) }).warnings).toEqual([]);
  });
});

test('an imported function with its role is granted what it needs, and changed in nothing', () => {
  const stack = payments();
  const fn = lambda.Function.fromFunctionAttributes(stack, 'Imported', {
    functionArn: `arn:aws:lambda:eu-west-1:${ENV.account}:function:api`, role: api(stack).role,
  });
  new LambdaFunctionConsumer(stack, 'Consumer', { function: fn, secrets: [apiKey(stack)], extension: Extension.none(), maxAge: Duration.seconds(5) });
  expect(roleStatements(stack)).toHaveLength(2);
});

describe('bad input', () => {
  type Case = [string, (stack: Stack) => Partial<LambdaFunctionConsumerProps>, RegExp];
  const imported = (stack: Stack, account = ENV.account, region = ENV.region) =>
    lambda.Function.fromFunctionArn(stack, 'Imported', `arn:aws:lambda:${region}:${account}:function:api`);
  const cases: Case[] = [
    ['no secret', () => ({ secrets: [] }), /`environment` must hold a secret, got none/],
    ['a secret twice', stack => { const key = apiKey(stack); return { secrets: [key, key] }; }, /`secrets` must hold each secret once, got payments\/ApiKey twice/],
    ['a secret in both', stack => { const key = apiKey(stack); return { secrets: [key], environment: { KEY: key } }; }, /got payments\/ApiKey twice/],
    ['a time to live that is too long', () => ({ extension: Extension.latest({ timeToLive: Duration.seconds(301) }) }), /`timeToLive` must be .* from 0 to 300, got/],
    ['half a second', () => ({ extension: Extension.latest({ timeToLive: Duration.millis(500) }) }), /`timeToLive` must be a whole number of seconds/],
    ['no cache', () => ({ extension: Extension.latest({ cacheSize: 0 }) }), /`cacheSize` must be a whole number from 1 to 1000, got 0/],
    ['a port that is none', () => ({ extension: Extension.latest({ httpPort: 65_536 }) }), /`httpPort` must be .* to 65535/],
    ['no connection', () => ({ extension: Extension.latest({ maxConnections: 0 }) }), /`maxConnections` must be/],
    ['a layer that is none', () => ({ extension: Extension.fromLayerVersionArn('arn:aws:lambda:eu-west-1:015030872274:layer:name') }), /`layerVersionArn` must be the ARN of a version/],
    ['a function of another account', stack => ({ function: imported(stack, OTHER_ACCOUNT) }), /`function` must be of this stack's account and region, .* got payments\/Imported of 444455556666/],
    ['a function of another region', stack => ({ function: imported(stack, ENV.account, 'eu-central-1') }), /of 111122223333 in eu-central-1/],
    ['an imported function with the extension', stack => ({ function: imported(stack) }), /`function` must be a function of this app for the extension/],
    ['an imported function without a role', stack => ({ function: imported(stack), extension: Extension.none(), maxAge: Duration.seconds(5) }), /`grantRead` must have a grantee whose policy this app can write/],
    ['an alias', stack => ({ function: new lambda.Alias(stack, 'Live', { aliasName: 'live', version: api(stack, { functionName: 'other' }).currentVersion }) }), /which is a version or an alias and cannot be changed/],
    ['an image', stack => ({ function: new lambda.DockerImageFunction(stack, 'Image', { code: image(stack) }) }), /`function` must not be a container image/],
    ['a variable that is there', stack => ({ function: api(stack, { environment: { KEY: 'x' } }), environment: { KEY: apiKey(stack) } }), /the variable KEY must not be set already/],
    ['a function that has the extension', stack => ({ function: api(stack, { paramsAndSecrets: lambda.ParamsAndSecretsLayerVersion.fromVersionArn(LAYER, { cacheSize: 5, secretsManagerTtl: Duration.seconds(5) }) }) }), /must not be set already .* leave `paramsAndSecrets` out/],
    ...['AWS_REGION', 'LAMBDA_TASK_ROOT', '_X', 'SECRETS_MANAGER_TTL', 'PARAMETERS_SECRETS_EXTENSION_LOG_LEVEL', '1ST', 'A-B', 'x'].map((name): Case =>
      [`the variable ${name}`, stack => ({ environment: { [name]: apiKey(stack) } }), /`environment` must have names of letters/]),
    ['too many layers', stack => ({ function: api(stack, { layers: [1, 2, 3, 4, 5].map(each => lambda.LayerVersion.fromLayerVersionArn(stack, `L${each}`, `${LAYER.slice(0, -2)}${each}`)) }) }), /`function` must have at most 4 layers besides the extension, got 5/],
  ];

  function image(stack: Stack): lambda.DockerImageCode {
    const { Repository } = jest.requireActual('aws-cdk-lib/aws-ecr');
    return lambda.DockerImageCode.fromEcr(Repository.fromRepositoryName(stack, 'Repository', 'api'));
  }

  test.each(cases)('%s', (_, propsOf, expected) => {
    const stack = payments();
    const props = propsOf(stack);
    const given = { function: props.function ?? api(stack), ...props.secrets || props.environment ? {} : { secrets: [apiKey(stack)] }, ...props };
    const before = stack.node.findAll().length;
    let error = '';
    try { new LambdaFunctionConsumer(stack, 'Consumer', given); } catch (thrown) { error = (thrown as Error).message; }
    expect(error).toMatch(expected);
    expect(stack.node.findAll()).toHaveLength(before);
  });

  test.each([
    ['cn-north-1', Extension.latest(), /that AWS keeps the newest one of the partition aws-cn in a public parameter is not known/],
    ['us-gov-west-1', Extension.latest(), /partition aws-us-gov/],
    ['us-iso-east-1', Extension.latest(), /partition aws-iso /],
    ['eusc-de-east-1', Extension.latest(), /partition aws-eusc/],
    ['eu-south-2', Extension.fromVersion(lambda.ParamsAndSecretsVersions.V1_0_103), /must be of a version that the CDK knows for eu-south-2 on arm64, got 1.0.103/],
  ])('no layer is known in %s', (region, extension, expected) => {
    const stack = testStack('Stack', testApp(), { ...ENV, region });
    const secrets = [ManagedSecret.fromName(stack, 'Secret', 'legacy', SecretEncryption.awsManagedKey())];
    const fn = api(stack, { architecture: lambda.Architecture.ARM_64 });
    expect(() => new LambdaFunctionConsumer(stack, 'Consumer', { function: fn, secrets, extension })).toThrow(expected);
  });

  test('an architecture without a layer', () => {
    const stack = payments();
    const fn = api(stack, { architecture: lambda.Architecture.custom('riscv64') });
    expect(() => new LambdaFunctionConsumer(stack, 'Consumer', { function: fn, secrets: [apiKey(stack)] }))
      .toThrow(/must run on the architecture of the function, riscv64, and there is a layer for x86_64 and arm64 alone/);
  });

  test('a second consumer of a function', () => {
    const stack = payments();
    const fn = api(stack);
    new LambdaFunctionConsumer(stack, 'One', { function: fn, secrets: [apiKey(stack)] });
    expect(() => new LambdaFunctionConsumer(stack, 'Two', { function: fn, secrets: [apiKey(stack, 'Other', 'other')] })).toThrow(/A function has one LambdaFunctionConsumer/);
  });
});
