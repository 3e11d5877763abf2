import { Annotations, aws_lambda as lambda, type aws_secretsmanager as secretsmanager, Fn, Names, Stack } from 'aws-cdk-lib';
import { Construct, type IDependable } from 'constructs';
import type { HostedEngine } from './hosted-engines';
import { claimFunctionName, requireHosted, requireHostedOptions } from './hosted-fit';
import { openPath } from './network-path';
import type { OtherSecret, RotationRequest } from './rotation-request';
import { arnForPolicies, encryptionOf } from './rotator-access';
import { callerWith, guardRailsOf, requireNetwork, requireSamePlace } from './rotator-fit';
import { RotatorNetwork } from './rotator-network';
import type { ScheduledBy } from './schedule-of-secret';
import { requireAllowedByGuardRails, warnWhereDenied } from '../../access/private/guarded-rotation';
import { fail, pathOf } from '../../private/errors';
import type { IDatabaseRotator, RotationNeeds } from '../database-rotator-props';
import { type HostedRotationOptions, HostedSsl } from '../hosted-rotation-options';

/** What AWS makes a nested stack of, with function, role and permission. */
const TRANSFORM = 'AWS::SecretsManager-2024-09-16';

const DESCRIPTION = 'Rotates credentials of databases, hosted by AWS';

/** Longest name of a function. */
const MAX_FUNCTION_NAME = 64;

type Parameters = secretsmanager.CfnRotationSchedule.HostedRotationLambdaProperty;

/** A function that AWS hosts, for one secret: CloudFormation makes it out of the schedule. */
export class HostedRotator extends Construct implements IDatabaseRotator {
  /** Known by its name, for alarms. */
  public readonly rotationFunction: lambda.IFunction;

  /** @internal */
  public readonly _templateFields?: { [field: string]: string };

  private readonly functionName: string;
  private readonly network?: RotatorNetwork;
  private fit?: { readonly hosted: HostedEngine; readonly needs: RotationNeeds };
  /** The path of the one secret. */
  private served?: string;

  constructor(scope: Construct, id: string, private readonly options: HostedRotationOptions) {
    const path = pathOf(scope, id);
    requireHostedOptions(path, options, Stack.of(scope));
    if (options.functionName !== undefined) claimFunctionName(path, Stack.of(scope), options.functionName);
    super(scope, id);
    const { vpc, vpcSubnets, securityGroups, endpoint, ssl } = options;
    this.functionName = options.functionName ?? Names.uniqueResourceName(this, { maxLength: MAX_FUNCTION_NAME, separator: '-' });
    this.rotationFunction = lambda.Function.fromFunctionName(this, 'Function', this.functionName);
    this.network = RotatorNetwork.of(this, DESCRIPTION, { vpc, vpcSubnets, securityGroups, endpoint });
    if (ssl === HostedSsl.IN_TEMPLATE) this._templateFields = { ssl: 'true' };
    Annotations.of(this).addWarningV2('cdk-managed-secrets:hostedRuntime',
      'AWS decides the runtime of a rotation function that it hosts, anew at each update of the stack. Its documentation names Python '
        + '3.10, which gets no security fixes since October 2026, and no parameter changes it. Look at the function, and update the stack '
        + 'from time to time; acknowledge this warning when you accept what you find.');
  }

  /** @internal */
  public _requireFit(path: string, needs: RotationNeeds): void {
    const { env, target, guardRails } = needs;
    requireSamePlace(path, env, this);
    if (this.served) {
      fail(path, `\`rotator\` must serve one secret, because AWS makes a function for each schedule, and ${this.node.path} serves `
        + `${this.served}; create a further one`);
    }
    const hosted = requireHosted(path, needs, this.options.ssl);
    requireNetwork(path, this.options.vpc, target);
    requireAllowedByGuardRails(path, guardRails, callerWith(this.options));
    this.fit = { hosted, needs };
  }

  /** @internal */
  public _serve(request: RotationRequest): IDependable[] {
    const { secret, reads, server } = request;
    this.served = secret.node.path;
    warnWhereDenied(secret, guardRailsOf(secret.namespace, reads), callerWith(this.options));
    this.warnOfTls();
    if (this.network === undefined) return [];
    const { securityGroups: from, vpc } = this.network;
    const { securityGroups: to, port, description } = server!;
    return [...this.network.allowSecret(request), ...openPath(this, { from, to, vpc, port, description })];
  }

  /** @internal */
  public _schedule({ secret, reads: [superuser] }: Pick<RotationRequest, 'secret' | 'reads'>): ScheduledBy {
    const { hosted, needs } = this.fit!;
    Stack.of(secret).addTransform(TRANSFORM);
    return {
      hostedRotationLambda: {
        rotationType: hosted.types[needs.strategy._name]!,
        rotationLambdaName: this.functionName,
        kmsKeyArn: secret.encryption.encryptionKey?.keyArn,
        excludeCharacters: needs.passwordPolicy.excludeCharacters,
        ...superuser && superuserOf(superuser),
        ...this.networkOfFunction(),
      },
    };
  }

  /** @internal */
  public _provideUsers(): string {
    return fail(this.node.path, '`user` of a secret must come with a DatabaseRotator of this library; create the user otherwise');
  }

  private networkOfFunction(): Partial<Parameters> {
    if (this.network === undefined) return {};
    const { vpc, securityGroups } = this.network;
    return {
      vpcSecurityGroupIds: Fn.join(',', securityGroups.map(({ securityGroupId }) => securityGroupId)),
      vpcSubnetIds: Fn.join(',', vpc.selectSubnets(this.options.vpcSubnets).subnetIds),
    };
  }

  private warnOfTls(): void {
    const { hosted: { tls }, needs: { target: { engine } } } = this.fit!;
    if (tls === 'as the value says') return;
    Annotations.of(this).addWarningV2('cdk-managed-secrets:hostedWithoutTls', `The rotation function that AWS hosts for ${engine.name} `
      + `${tls === 'never' ? 'logs in without TLS' : 'does not verify the server that it logs in to'}, and nothing in the secret changes `
      + 'that. Passwords pass the network: acknowledge this warning when nobody else can listen or answer there.');
  }
}

function superuserOf({ secret, encryption = encryptionOf(secret) }: OtherSecret): Partial<Parameters> {
  return { superuserSecretArn: arnForPolicies(secret), superuserSecretKmsKeyArn: encryption.encryptionKey?.keyArn };
}
