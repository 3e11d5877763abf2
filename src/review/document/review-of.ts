import { contentOf } from './content-entry';
import { guardRailsOf } from './guard-rails';
import { CENTS_PER_CUSTOMER_MANAGED_KEY, CENTS_PER_SECRET } from './prices';
import { readingsOf } from './readings';
import type { AccessEntry, KeyEntry, MissingEntry, Place, Price, PrincipalEntry, ReviewDocument, SecretEntry, StackEntry } from './review-document';
import type { ReviewOptions } from './review-options';
import { rotationEntryOf, RotationSources } from './rotation-entry';
import { watchersOf } from './watchers';
import { enumerated } from './words';
import { Decider, keyOf, ReviewedSecret } from '../access/access-of';
import { keyUsersOf } from '../access/key-users';
import { principalsNamedByPolicies, principalsOfTemplates, ReviewedPrincipal } from '../access/reviewed-principal';
import { StatementTable } from '../access/statement-table';
import { Assembly, resolveAssemblies } from '../assembly/resolve-templates';
import type { ResolvedStack } from '../assembly/resolved-stack';
import { findingsOf } from '../findings/findings-of';
import { actorsByRole } from '../model/actors';
import { unqualified } from '../model/functions';
import { isAwsManagedKeyId, Key } from '../model/keys';
import { accessModel, AccessModel, everySecret, Secret } from '../model/model';
import { pathOf, Placed } from '../model/placed';
import { PACKAGE_VERSION } from '../package-version';

/** Reviews cloud assemblies, of one or several accounts, together. */
export function reviewOf(assemblies: readonly Assembly[], options: ReviewOptions = {}): ReviewDocument {
  const { stacks, problems } = resolveAssemblies(assemblies, options);
  const model = accessModel(stacks, options);
  const placed = options.findingsOnly ? pathOfPlace : placeOf;
  const document = new Builder(stacks, model, options, placed).document(assemblies.map(each => typeof each === 'string' ? each : each.directory), problems);
  return { ...document, ...findingsOf({ stacks, model, document, placeOf: placed }, options) };
}

/** Where something of a template stands. */
export function placeOf({ stack, logicalId }: Pick<Placed, 'stack' | 'logicalId'>): Place {
  const place = pathOfPlace({ stack, logicalId });
  const source = stack.sourceOf(place.path);
  return { ...place, ...source && { source } };
}

function pathOfPlace({ stack, logicalId }: Pick<Placed, 'stack' | 'logicalId'>): Place {
  return { path: pathOf({ stack, logicalId }), stack: stack.path, logicalId };
}

class Builder {
  private readonly table: StatementTable;
  private readonly watchers: (secret: Secret) => string[];

  constructor(
    private readonly stacks: ResolvedStack[],
    private readonly model: AccessModel,
    private readonly options: ReviewOptions,
    private readonly placed: (each: Pick<Placed, 'stack' | 'logicalId'>) => Place,
  ) {
    this.table = new StatementTable(placed);
    this.watchers = watchersOf(stacks);
  }

  public document(assemblies: string[], problems: string[]): Omit<ReviewDocument, 'findings' | 'hints' | 'acknowledged'> {
    const { serviceControlPolicies: serviceControl = [], resourceControlPolicies: resourceControl = [] } = this.options;
    const principals = [...principalsOfTemplates(this.model, this.table), ...principalsNamedByPolicies(this.model, this.table)];
    const secrets = everySecret(this.model).map(secret => this.reviewed(secret));
    const decider = new Decider(this.table, { serviceControl, resourceControl });
    const access = decider.accessOf(secrets, principals);
    const users = keyUsersOf(secrets, principals, decider, this.table);
    return {
      schemaVersion: '1.0',
      generator: PACKAGE_VERSION,
      assemblies,
      stacks: this.stacks.map(stackEntry),
      secrets: this.secretEntries(secrets),
      keys: this.keyEntries(secrets, users),
      principals: this.principalEntries(principals, access, users),
      access,
      statements: this.table.entries,
      missing: this.missing(access),
      problems: [...problems, ...namelessProblems(this.model)],
      price: priceOf(secrets.map(({ secret }) => secret), this.model.keys),
    };
  }

  private reviewed(secret: Secret): ReviewedSecret {
    const { resourcePolicy, policyPlaced, rotationSchedules: [schedule] } = secret;
    const rotator = schedule?.functionArn === undefined ? undefined
      : this.model.functions.find(({ arn }) => arn === unqualified(schedule.functionArn!));
    return {
      id: idOf(secret),
      secret,
      policy: resourcePolicy && this.table.compile({ name: pathOf(policyPlaced!), policy: resourcePolicy, placed: policyPlaced }),
      key: keyOf(secret, this.table),
      rotator: rotator?.role,
    };
  }

  private secretEntries(secrets: ReviewedSecret[]): SecretEntry[] {
    const wanted = !this.options.findingsOnly || this.model.rotationSchedules.length > 0;
    const readings: ReturnType<typeof readingsOf> = wanted ? readingsOf(this.stacks, this.model, this.placed) : new Map();
    const sources = { model: this.model, stacks: this.stacks, placeOf: this.placed, from: this.options.calendarFrom ?? new Date() };
    return secrets.map(({ id, secret }) => this.secretEntry(id, secret, sources, readings.get(secret.arn) ?? []));
  }

  private secretEntry(id: string, secret: Secret, sources: RotationSources, resolvedIn: Place[]): SecretEntry {
    const { name, arn, account, region, key, kmsKeyId, tags, resource, policyPlaced } = secret;
    const rotation = rotationEntryOf(secret, sources);
    return {
      id,
      ...isReplica(secret) && { replicaOf: pathOf(secret) },
      place: this.placed(secret),
      name,
      arn,
      account,
      region,
      ...key !== undefined && { key: keyId(key) },
      ...!isAwsManagedKeyId(kmsKeyId) && { kmsKeyId },
      content: isReplica(secret) ? { kind: 'replicated', recipe: '' } : contentOf(secret),
      tags,
      deletionPolicy: resource.DeletionPolicy ?? 'Delete',
      guardRails: guardRailsOf(secret, policyPlaced && pathOf(policyPlaced), this.table),
      blockPublicPolicy: String(policyPlaced?.resource.Properties?.BlockPublicPolicy) === 'true',
      ...rotation && { rotation },
      watchedBy: this.watchers(secret),
      resolvedIn,
      centsPerMonth: CENTS_PER_SECRET,
    };
  }

  private keyEntries(secrets: ReviewedSecret[], users: Map<Key, string[]>): KeyEntry[] {
    const used = new Set(secrets.map(({ secret: { key } }) => key));
    return this.model.keys.filter(key => !key.awsManaged || used.has(key)).map(key => ({
      id: keyId(key),
      ...key.placed && { place: this.placed(key.placed) },
      arn: key.arn,
      account: key.account,
      region: key.region,
      aliases: key.aliases,
      awsManaged: key.awsManaged,
      rotationEnabled: key.awsManaged || key.placed?.resource.Type === 'AWS::KMS::ReplicaKey' || key.placed?.resource.Properties?.EnableKeyRotation === true,
      usableDirectlyBy: users.get(key) ?? [],
      centsPerMonth: key.awsManaged ? 0 : CENTS_PER_CUSTOMER_MANAGED_KEY,
    }));
  }

  /** Those of templates, and of others those that have access. */
  private principalEntries(principals: ReviewedPrincipal[], access: AccessEntry[], users: Map<Key, string[]>): PrincipalEntry[] {
    const actors: ReturnType<typeof actorsByRole> = this.options.findingsOnly ? new Map() : actorsByRole(this.stacks);
    const named = new Set(access.map(({ principal }) => principal));
    const shown = principals.filter(({ id, role }) => role !== undefined || named.has(id));
    const entries = shown.map(({ id, kind, role, request, caller }): PrincipalEntry => ({
      id,
      kind,
      ...role && { place: this.placed(role) },
      ...['role', 'user', 'group'].includes(kind) && { arn: request.arn },
      ...!['everyone', 'organization', 'service'].includes(kind) && { account: caller.account },
      actors: role === undefined ? [] : actors.get(role.arn) ?? [],
    }));
    const ids = new Set(entries.map(({ id }) => id));
    const accounts = new Set([...users.values()].flat().filter(id => !ids.has(id)));
    return [...entries, ...[...accounts].map((id): PrincipalEntry => ({ id, kind: 'account', account: id, actors: [] }))];
  }

  /** What is missing for those decisions that were not made. */
  private missing(access: AccessEntry[]): MissingEntry[] {
    const concerns = new Map<string, Set<string>>();
    for (const { principal, operations } of access) {
      for (const decided of Object.values(operations)) {
        if (decided.decision !== 'not-decided') continue;
        for (const what of decided.because) concerns.set(what, (concerns.get(what) ?? new Set()).add(principal));
      }
    }
    return [...concerns].sort(([a], [b]) => a < b ? -1 : 1).map(([what, ids]) => missingEntry(what, [...ids].sort()));
  }
}

function missingEntry(what: string, concerns: string[]): MissingEntry {
  const [, use, arn] = /^the document of the (managed policy|permissions boundary) (.+)$/.exec(what) ?? [];
  if (arn !== undefined) {
    return {
      kind: use === 'managed policy' ? 'managed-policy' : 'permissions-boundary',
      what: arn,
      concerns,
      remedy: 'give its document in a file of the directory that --managed-policies names, with the name of the policy and .json',
    };
  }
  return what.startsWith('the policy of the key ')
    ? { kind: 'key-policy', what, concerns, remedy: 'review the assembly that has the key together with this one' }
    : { kind: 'value', what, concerns, remedy: 'use a value that is known at synthesis, or review the assemblies together that give and take it' };
}

function stackEntry({ path: id, name, stage, account, region, environmentAgnostic, templateFile }: ResolvedStack): StackEntry {
  return { id, name, stage, account, region, environmentAgnostic, template: templateFile };
}

function isReplica({ region, stack }: Secret): boolean {
  return region !== stack.region;
}

function idOf(secret: Secret): string {
  return isReplica(secret) ? `${pathOf(secret)}@${secret.region}` : pathOf(secret);
}

function keyId({ placed, region }: Key): string {
  return placed === undefined ? `aws/secretsmanager@${region}` : pathOf(placed);
}

/** Secrets whose name a deployment alone knows: policies that match names are decided for a made-up one. */
function namelessProblems({ secrets }: AccessModel): string[] {
  return secrets.flatMap(({ resource: { Properties = {} }, path, name }) => typeof Properties.Name === 'object'
    ? [`the name of the secret ${path} is not known at synthesis; it is reviewed under the name ${name}, which is made up`] : []);
}

const NAMED_KEYS = 5;

function keysInWords(keys: string[]): string {
  return enumerated(keys.length > NAMED_KEYS ? [...keys.slice(0, NAMED_KEYS), `${keys.length - NAMED_KEYS} more`] : keys);
}

function priceOf(secrets: Secret[], keys: Key[]): Price {
  const replicas = secrets.filter(isReplica).length;
  const used = new Set(secrets.filter(({ kmsKeyId }) => !isAwsManagedKeyId(kmsKeyId))
    .map(({ key, kmsKeyId, region }) => key?.arn ?? (kmsKeyId!.startsWith('arn:') ? kmsKeyId : `${region}:${kmsKeyId}`)));
  const others = keys.filter(({ awsManaged, arn }) => !awsManaged && !used.has(arn)).map(keyId);
  return {
    secrets: secrets.length - replicas,
    replicas,
    customerManagedKeys: used.size,
    centsPerMonth: secrets.length * CENTS_PER_SECRET + used.size * CENTS_PER_CUSTOMER_MANAGED_KEY,
    besides: [
      ...others.length === 0 ? [] : [others.length === 1
        ? `the customer managed key ${others[0]}, which encrypts none of these secrets`
        : `the customer managed keys ${keysInWords(others)}, which encrypt none of these secrets`],
      'API calls, and the first two rotations of a key, which each add its price again',
    ],
  };
}
