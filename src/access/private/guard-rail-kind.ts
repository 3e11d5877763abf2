import { aws_iam as iam, Token } from 'aws-cdk-lib';
import { SECRET_DELETE, SECRET_VALUE_ACCESS } from '../../private/actions';
import { fail } from '../../private/errors';
import { arnLike, type GuardedRequest, type Ruling } from '../../private/guarded-caller';
import {
  ORGANIZATION_ID, PRINCIPAL_ARN_PATTERN, REGION, requirePartition, requireSome, requireText, requireTexts, VPC_ENDPOINT_ID,
} from '../../private/validation';

/** All that the library knows of a kind of guard rail. Who adds a kind writes one of these, and a factory. */
export interface GuardRailKind {
  /** How messages name it. */
  readonly name: string;
  /** A namespace takes each once. */
  readonly sid?: string;
  /** It is there so that nobody deletes a secret. */
  readonly keepsSecrets: boolean;
  /** Fails on what the factory must not be given. */
  validate(path: string, region: string): void;
  rule(request: GuardedRequest): Ruling;
  /** Why a request is denied, and what to do: the end of a sentence. */
  remedy(request: GuardedRequest): string;
  /** Whether it keeps everybody from a replica there, as far as is known. */
  closesReplicaIn(region: string): boolean;
  render(): iam.PolicyStatement;
}

type Denial = Pick<iam.PolicyStatementProps, 'sid' | 'actions' | 'conditions'>;

/** The resource is `*`: the service copies the policy to replicas, whose ARN differs. */
function denial(statement: Denial): Pick<GuardRailKind, 'sid' | 'render'> {
  return {
    sid: statement.sid,
    render: () => new iam.PolicyStatement({
      ...statement,
      effect: iam.Effect.DENY,
      principals: [new iam
        .AnyPrincipal()],
      resources: ['*'],
    }),
  };
}

function requirePrincipals(path: string, prop: string, region: string, principalArns: string[]): void {
  requireTexts(path, prop, principalArns, PRINCIPAL_ARN_PATTERN);
  requirePartition(path, prop, region, principalArns);
}

function isNamed(principalArn: string | undefined, patterns: string[]): boolean {
  return principalArn !== undefined && patterns.some(pattern => arnLike(principalArn, pattern));
}

/** What is left out of a denial, when it is anybody. */
function exceptions(principalArns: string[]): object {
  return principalArns.length > 0 ? { ArnNotLike: { 'aws:PrincipalArn': principalArns } } : {};
}

const TO_GUARD = 'leave the guard rail out where there is nothing to guard';

export function outsideOrganization(organizationId: string): GuardRailKind {
  return {
    ...denial({
      sid: 'DenyOutsideOrganization',
      actions: ['secretsmanager:*'],
      conditions: {
        StringNotEqualsIfExists: { 'aws:PrincipalOrgID': organizationId },
        BoolIfExists: { 'aws:PrincipalIsAWSService': 'false' },
      },
    }),
    name: 'denyOutsideOrganization',
    keepsSecrets: false,
    validate: path => requireText(path, 'GuardRail.denyOutsideOrganization', organizationId, ORGANIZATION_ID),
    rule: ({ organizationId: theirs = organizationId }) =>
      theirs === organizationId || [theirs, organizationId].some(each => Token.isUnresolved(each)) ? 'lets in' : 'denies',
    remedy: () => 'because it is of another organization; correct the organization',
    closesReplicaIn: () => false,
  };
}

/** What `denyOutsideVpcEndpoints` is given. */
export interface VpcEndpoints {
  readonly vpcEndpointIds: string[];
  readonly exceptPrincipals: string[];
  readonly replicas: { [region: string]: string[] };
}

export function outsideVpcEndpoints({ vpcEndpointIds, exceptPrincipals, replicas }: VpcEndpoints): GuardRailKind {
  return {
    ...denial({
      sid: 'DenyOutsideVpcEndpoints',
      actions: SECRET_VALUE_ACCESS,
      conditions: {
        StringNotEquals: { 'aws:SourceVpce': [vpcEndpointIds, ...Object.values(replicas)].flat() },
        BoolIfExists: { 'aws:PrincipalIsAWSService': 'false', 'aws:ViaAWSService': 'false' },
        ...exceptions(exceptPrincipals),
      },
    }),
    name: 'denyOutsideVpcEndpoints',
    keepsSecrets: false,
    validate(path, region) {
      requireSome(path, 'GuardRail.denyOutsideVpcEndpoints', vpcEndpointIds, TO_GUARD);
      requireTexts(path, 'GuardRail.denyOutsideVpcEndpoints', vpcEndpointIds, VPC_ENDPOINT_ID);
      requirePrincipals(path, 'exceptPrincipals', region, exceptPrincipals);
      requireEndpointsOfReplicas(path, vpcEndpointIds, replicas);
    },
    rule({ principalArn, way, isOfAwsService = false }) {
      if (isOfAwsService || isNamed(principalArn, exceptPrincipals)) return 'lets in';
      if (way?.vpcEndpointId !== undefined && vpcEndpointIds.includes(way.vpcEndpointId)) return 'lets in';
      return exceptPrincipals.length > 0 || way === undefined || mayBeAmong(way.vpcEndpointId, vpcEndpointIds) ? 'depends' : 'denies';
    },
    remedy: ({ purpose, way }) => purpose === 'read'
      ? 'unless the read comes through one of those endpoints. Name the endpoints of the readers there too, or their roles in '
        + '`exceptPrincipals`'
      : `because ${way ? 'the function does not come through one of those endpoints'
        : 'nobody knows here through which endpoint the function comes'}; `
        + 'give one of them as `endpoint`: SecretsManagerEndpoint.fromInterfaceEndpoint(…), or name the role of the function in '
        + '`exceptPrincipals`',
    closesReplicaIn: region => replicas[region] === undefined,
  };
}

/** An endpoint is known at synthesis, or there is none; else it may be any. */
function mayBeAmong(vpcEndpointId: string | undefined, vpcEndpointIds: string[]): boolean {
  return vpcEndpointId !== undefined && [vpcEndpointId, ...vpcEndpointIds].some(each => Token.isUnresolved(each));
}

function requireEndpointsOfReplicas(path: string, vpcEndpointIds: string[], replicas: VpcEndpoints['replicas']): void {
  if (Token.isUnresolved(vpcEndpointIds) && Object.keys(replicas).length > 0) {
    fail(path, '`replicaVpcEndpointIds` must stand beside a list whose length is known, got one that is a token; name each endpoint, for '
      + 'which a token may stand');
  }
  for (const [region, theirs] of Object.entries(replicas)) {
    requireText(path, 'replicaVpcEndpointIds', region, REGION);
    requireSome(path, 'replicaVpcEndpointIds', theirs, `name an endpoint in ${region}, or leave the region out`);
    requireTexts(path, 'replicaVpcEndpointIds', theirs, VPC_ENDPOINT_ID);
  }
}

export function ofPrincipals(principalArns: string[]): GuardRailKind {
  return {
    ...denial({ sid: 'DenyPrincipals', actions: ['secretsmanager:*'], conditions: { ArnLike: { 'aws:PrincipalArn': principalArns } } }),
    name: 'denyPrincipals',
    keepsSecrets: false,
    validate(path, region) {
      requireSome(path, 'GuardRail.denyPrincipals', principalArns, TO_GUARD);
      requirePrincipals(path, 'GuardRail.denyPrincipals', region, principalArns);
    },
    rule: ({ principalArn }) => isNamed(principalArn, principalArns) ? 'denies' : 'lets in',
    remedy: ({ principalArn }) => `because a pattern matches the role ${principalArn}; write patterns that do not match it`,
    closesReplicaIn: () => false,
  };
}

export function ofDeletion(exceptPrincipals: string[]): GuardRailKind {
  return {
    ...denial({ sid: 'DenyDeletion', actions: SECRET_DELETE, conditions: exceptions(exceptPrincipals) }),
    name: 'denyDeletion',
    keepsSecrets: true,
    validate: (path, region) => requirePrincipals(path, 'exceptPrincipals', region, exceptPrincipals),
    rule: ({ actions, principalArn }) => actions.some(each => SECRET_DELETE.includes(each)) && !isNamed(principalArn, exceptPrincipals)
      ? 'depends' : 'lets in',
    remedy: () => 'because it must not delete the secret; name its role in `exceptPrincipals`',
    closesReplicaIn: () => false,
  };
}
