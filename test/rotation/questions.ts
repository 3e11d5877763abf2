import { ORGANIZATION, OTHER_REGION } from './platform-and-services';
import {
  AccessModel, administrator, decide, Decision, directUse, endpointOf, functionOf, invokeFunction, OperationOptions, Principal, principalWith,
  readSecret, replicaIn, roleOf, rotateSecret, Secret, secretOf, secretsManager, writeLogs, writeSecret,
} from '../../tools/access';
import { ENV, OTHER_ACCOUNT } from '../support/test-app';

/** What can be asked of the platform and its services: who wants to do what. */

const allowedEverything = (role: Principal): Principal => ({ ...role, identityPolicies: administrator(ENV.account).identityPolicies });

export const WHO = {
  'the shared rotator': model => roleOf(model, 'platform/Rotator/Role'),
  'the shared rotator, allowed everything,': model => allowedEverything(roleOf(model, 'platform/Rotator/Role')),
  'the rotator of the report': model => roleOf(model, 'orders/Report/Rotator/Role'),
  'the rotator of the archive': model => roleOf(model, 'orders/ArchiveRotator/Role'),
  'the rotator of the archive, allowed everything,': model => allowedEverything(roleOf(model, 'orders/ArchiveRotator/Role')),
  'the rotator with a boundary': model => roleOf(model, 'payments/BoundedRotator/Role'),
  'the user\'s own function': model => roleOf(model, 'payments/OwnFunction/ServiceRole'),
  'the rotator of the ledger': model => roleOf(model, 'ledger/Ledger/Rotator/Role'),
  'the rotator of the ledger, outside of the organization,': model => ({
    ...roleOf(model, 'ledger/Ledger/Rotator/Role'), organizationId: undefined,
  }),
  'the rotator of the ledger, named as one of staging,': model => ({
    ...roleOf(model, 'ledger/Ledger/Rotator/Role'), arn: `arn:aws:iam::${ENV.account}:role/staging-rotator`,
  }),
  'the function of the L2': model => roleOf(model, 'l2/OwnFunction/ServiceRole'),
  'the reader': model => roleOf(model, 'orders/Reader'),
  'the reader of the namespace': model => roleOf(model, 'orders/NamespaceReader'),
  'the manager': model => roleOf(model, 'orders/Manager'),
  'the grantee of grantRotate': model => roleOf(model, 'orders/Granted'),
  'the reader in another account': model => roleOf(model, 'reporting/Reader'),
  'the administrator': () => administrator(ENV.account, ORGANIZATION),
  'the administrator of another account': () => administrator(OTHER_ACCOUNT, ORGANIZATION),
  'nobody in particular': () => principalWith(ENV.account, [], ORGANIZATION),
  'Secrets Manager, for this account,': () => secretsManager(ENV),
  'Secrets Manager, for another account,': () => secretsManager({ account: OTHER_ACCOUNT }),
  'EventBridge, for this account,': () => ({ ...secretsManager(ENV), arn: 'events.amazonaws.com' }),
} satisfies Record<string, (model: AccessModel) => Principal>;

/** On a secret by its name, its ARN or its construct path; or on a log group by its path. */
export type Act = (model: AccessModel, principal: Principal, on: string) => Promise<Decision>;
type Options = (model: AccessModel) => OperationOptions;

const secretIn = (model: AccessModel, on: string): Secret => secretOf(model, model.secrets.find(({ path }) => path === on)?.arn ?? on);
const functionThatRotates = (model: AccessModel, on: string): string => secretIn(model, on).rotationSchedules[0].functionArn!;

/** By which way, and in which state of the secret. */
const throughEndpointOf = (rotator: string): Options => model => ({ endpoint: endpointOf(model, `${rotator}/Endpoint`) });
export const throughEndpoint = throughEndpointOf('platform/Rotator');
export const endpointOfArchive = throughEndpointOf('orders/ArchiveRotator');
export const namingFunctionOf = (path: string): Options => model =>
  ({ context: { 'secretsmanager:resource/AllowRotationLambdaArn': functionOf(model, path).arn } });
export const namingIt = namingFunctionOf('platform/Rotator/Function');
export const namingThatOfReport = namingFunctionOf('orders/Report/Rotator/Function');

export const acting = (operation: typeof rotateSecret, options: Options = () => ({})): Act => async (model, principal, on) =>
  (await operation(model, principal, secretIn(model, on).arn, options(model))).decision;
export const rotate = acting(rotateSecret);
export const read = acting(readSecret);
export const write = acting(writeSecret);
export const rotateNaming = (options: Options) => acting(rotateSecret, options);
export const rotateThroughEndpoint = acting(rotateSecret, throughEndpoint);
export const readThroughEndpoint = acting(readSecret, throughEndpoint);
export const readThroughArchives = acting(readSecret, endpointOfArchive);
export const call = (action: string, options: Options = () => ({})): Act => (model, principal, on) =>
  decide(model, { principal, action: `secretsmanager:${action}`, resource: secretIn(model, on).arn, ...options(model) });
export const withContext = (context: Record<string, string>): Options => () => ({ context });
export const ofStage = (stage: string): Options => withContext({ 'secretsmanager:VersionStage': stage });
export const generatePassword = (options: Options = () => ({})): Act => (model, principal) =>
  decide(model, { principal, action: 'secretsmanager:GetRandomPassword', resource: '*', ...options(model) });
export const useKeyDirectly = (action: string): Act => (model, principal, on) =>
  directUse(model, principal, secretIn(model, on).arn, `kms:${action}`);

interface KeyUse {
  readonly via?: string;
  readonly region?: string;
  readonly of?: string;
}

/** The key of the secret, for the secret or for another one, as a service asks for it. */
export const useKey = (action: string, { via = 'secretsmanager', region = ENV.region, of }: KeyUse = {}): Act =>
  (model, principal, on) => decide(model, {
    principal,
    action: `kms:${action}`,
    resource: secretIn(model, on).key!.arn,
    context: { 'kms:ViaService': `${via}.${region}.amazonaws.com`, 'kms:EncryptionContext:SecretARN': secretIn(model, of ?? on).arn },
  });

export const invoke: Act = (model, principal, on) => invokeFunction(model, principal, functionThatRotates(model, on));
export const log: Act = async (model, principal, on) => (await writeLogs(model, principal, on)).decision;
export const createInterface: Act = (model, principal) => decide(model, {
  principal, action: 'ec2:CreateNetworkInterface', resource: `arn:aws:ec2:${ENV.region}:${ENV.account}:network-interface/eni-0123456789abcdef0`,
});
export const onReplica = (act: Act): Act => (model, principal, on) => act(model, principal, replicaIn(model, OTHER_REGION, on).arn);

export const YES: Decision = 'Allowed';
export const NO: Decision = 'ImplicitlyDenied';
export const NEVER: Decision = 'ExplicitlyDenied';

export type Row = [who: keyof typeof WHO, what: string, act: Act, on: string, decision: Decision];
