import type {
  AccessEntry, Decided, FindingEntry, Operation, Place, PrincipalEntry, ReviewDocument, SecretEntry, StatementEntry,
} from '../../src/review/document/review-document';

/** Review documents of a few lines, for what is made of a document. */
export interface Made extends Partial<Pick<ReviewDocument, 'assemblies' | 'findings' | 'hints' | 'problems' | 'statements' | 'keys'>> {
  readonly secrets?: SecretEntry[];
  readonly principals?: PrincipalEntry[];
  readonly access?: AccessEntry[];
  readonly cents?: number;
}

export function documentWith({ secrets = [], principals = [], access: entries = [], cents = 40, ...others }: Made = {}): ReviewDocument {
  return {
    schemaVersion: '1.0',
    generator: '0.0.0',
    assemblies: ['cdk.out'],
    stacks: [{
      id: 'Shop', name: 'Shop', stage: '', account: '111122223333', region: 'eu-west-1', environmentAgnostic: false, template: 'Shop.template.json',
    }],
    keys: [],
    statements: [],
    findings: [],
    hints: [],
    acknowledged: [],
    missing: [],
    problems: [],
    secrets,
    principals,
    access: entries,
    price: { secrets: secrets.length, replicas: 0, customerManagedKeys: 0, centsPerMonth: cents, besides: [] },
    ...others,
  };
}

export function placeOf(path: string): Place {
  return { path, stack: 'Shop', logicalId: path.replace(/\W/g, '') };
}

export function secret(path: string, entry: Partial<SecretEntry> = {}): SecretEntry {
  return {
    id: path,
    place: placeOf(path),
    name: `prod/${path.toLowerCase()}`,
    arn: `arn:aws:secretsmanager:eu-west-1:111122223333:secret:prod/${path.toLowerCase()}-AbCdEf`,
    account: '111122223333',
    region: 'eu-west-1',
    content: { kind: 'generated', recipe: 'length=32' },
    tags: {},
    deletionPolicy: 'Retain',
    guardRails: [],
    blockPublicPolicy: true,
    watchedBy: [],
    resolvedIn: [],
    centsPerMonth: 40,
    ...entry,
  };
}

export function role(path: string, entry: Partial<PrincipalEntry> = {}): PrincipalEntry {
  return { id: path, kind: 'role', place: placeOf(path), account: '111122223333', arn: `arn:aws:iam::111122223333:role/${path}`, actors: [], ...entry };
}

export function statement(policy: string, entry: Partial<StatementEntry> = {}): StatementEntry {
  return { kind: 'identity', effect: 'Allow', policy, statement: '1', json: { Effect: 'Allow' }, ...entry };
}

export function access(of: SecretEntry, by: PrincipalEntry, operations: Partial<Record<Operation, Partial<Decided>>>): AccessEntry {
  return {
    secret: of.id,
    principal: by.id,
    operations: Object.fromEntries(Object.entries(operations)
      .map(([operation, decided]) => [operation, { decision: 'allowed', because: [], path: [], ...decided }])),
  };
}

export function finding(rule: string, path: string, entry: Partial<FindingEntry> = {}): FindingEntry {
  return { rule, severity: 'error', message: `${rule} is broken`, fix: 'mend it', page: 'https://docs.aws.amazon.com/', place: placeOf(path), ...entry };
}
