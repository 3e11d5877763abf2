/**
 * The review as data: what the templates of one or several cloud assemblies say about who can do what with which secret.
 *
 * Reports, the page and the difference are made of it and of nothing else, and it is what `--format json` prints. It holds names,
 * policies and prices, and no value of any secret. Everything in it is in a fixed order, so that two reviews of the same
 * templates are the same text. Ids are stable from one synthesis to the next, so that two reviews can be compared.
 */
export interface ReviewDocument {
  /** Raised when a reader of the older version would understand something wrong. */
  readonly schemaVersion: '1.0';
  /** The version of this package that made the review. */
  readonly generator: string;
  /** The assemblies, as the caller named them. */
  readonly assemblies: string[];
  readonly stacks: StackEntry[];
  readonly secrets: SecretEntry[];
  readonly keys: KeyEntry[];
  readonly principals: PrincipalEntry[];
  /** Every pair that is not denied, and every pair of which half would be allowed. What is not in the list is denied. */
  readonly access: AccessEntry[];
  /** The statements that decisions rest on, each once; `Decided.path` refers to them by their place in this list. */
  readonly statements: StatementEntry[];
  readonly findings: FindingEntry[];
  /** What would be simpler. It breaks nothing, so it is in no count and fails nothing. */
  readonly hints: FindingEntry[];
  readonly acknowledged: AcknowledgedEntry[];
  /** Policies that no template holds, without which something is not decided. */
  readonly missing: MissingEntry[];
  /** Parts of the assemblies that could not be reviewed, each in one sentence that says what to do. */
  readonly problems: string[];
  /** List prices in us-east-1. */
  readonly price: Price;
}

/** Where something stands. */
export interface Place {
  /** The path of the construct, or the path of the stack and the logical id where the assembly does not tell it. */
  readonly path: string;
  /** `StackEntry.id` */
  readonly stack: string;
  readonly logicalId: string;
  /** The file and the line of the app that made the construct, where the assembly has them. */
  readonly source?: SourceLocation;
}

export interface SourceLocation {
  readonly file: string;
  readonly line: number;
}

export interface StackEntry {
  /** The construct path of the stack. */
  readonly id: string;
  readonly name: string;
  /** The construct path of the stage; empty for a stack outside of any stage. */
  readonly stage: string;
  readonly account: string;
  readonly region: string;
  /** Account or region are stand-ins, because the stack names none. */
  readonly environmentAgnostic: boolean;
  /** The template, as a path within the assembly. */
  readonly template: string;
}

/** A secret, or a replica of one. */
export interface SecretEntry {
  /** The construct path; a replica has its region after it: `Stack/Secret@eu-west-1`. */
  readonly id: string;
  /** `id` of the primary, for a replica. */
  readonly replicaOf?: string;
  readonly place: Place;
  readonly name: string;
  /** Six characters at its end are made up. */
  readonly arn: string;
  readonly account: string;
  readonly region: string;
  /** `KeyEntry.id`; absent for a key that is in none of the templates. */
  readonly key?: string;
  /** As the template has it; absent for the AWS managed key. */
  readonly kmsKeyId?: string;
  readonly content: ContentEntry;
  readonly tags: Readonly<Record<string, string>>;
  readonly deletionPolicy: string;
  /** Each denial of the resource policy, in words: `outside of VPC endpoint vpce-1: everything`. */
  readonly guardRails: GuardRailEntry[];
  readonly blockPublicPolicy: boolean;
  readonly rotation?: RotationEntry;
  /** The names of those constructs that watch the rotation. */
  readonly watchedBy: string[];
  /** What the value is wired into once, at deployment, such as a dynamic reference in a template. */
  readonly resolvedIn: Place[];
  readonly centsPerMonth: number;
}

export interface ContentEntry {
  readonly kind: 'generated' | 'literal' | 'parameter' | 'reference' | 'empty' | 'replicated' | 'unknown';
  /** Changes when a deployment of the template would generate or set the value again. Holds no value and no hash of one. */
  readonly recipe: string;
}

export interface GuardRailEntry {
  /** `statements` place */
  readonly statement: number;
  readonly words: string;
}

export interface RotationEntry {
  readonly place: Place;
  /** As the template has it: `rate(30 days)`, `cron(0 3 ? * SUN *)`; absent for rotation without a schedule. */
  readonly schedule?: string;
  /** In hours; absent where the service chooses. */
  readonly windowHours?: number;
  readonly onUpdate: boolean;
  readonly rotator: RotatorEntry;
  /** The custom resource that makes the user in the database, whose password is rotated; absent for a user who is there already. */
  readonly userMadeBy?: Place;
  /** The starts of the windows of the 31 days that begin with that date, in UTC, ISO 8601. */
  readonly windows: string[];
}

export interface RotatorEntry {
  readonly kind: 'function' | 'hosted' | 'managed' | 'external' | 'unknown';
  /** The construct path, or the ARN, of the function. */
  readonly name: string;
  /** `PrincipalEntry.id` of its role. */
  readonly principal?: string;
  readonly engine?: string;
  readonly strategy?: string;
  /** What it rotates that is no database's, in words: `access key of an IAM user`. Of functions of this package. */
  readonly credential?: string;
}

export interface KeyEntry {
  /** The construct path; `aws/secretsmanager@<region>` for the AWS managed key. */
  readonly id: string;
  readonly place?: Place;
  readonly arn: string;
  readonly account: string;
  readonly region: string;
  readonly aliases: string[];
  readonly awsManaged: boolean;
  readonly rotationEnabled: boolean;
  /** Who can decrypt with it around Secrets Manager, as far as policies say: `PrincipalEntry.id`. */
  readonly usableDirectlyBy: string[];
  readonly centsPerMonth: number;
}

export interface PrincipalEntry {
  /** The construct path for what a template makes, else the ARN, the account, the organization, the service or `*`. */
  readonly id: string;
  readonly kind: 'role' | 'user' | 'group' | 'account' | 'organization' | 'service' | 'everyone' | 'other';
  readonly place?: Place;
  readonly arn?: string;
  readonly account?: string;
  /** What acts as it: functions, ECS tasks, Kubernetes service accounts. */
  readonly actors: string[];
}

export const OPERATIONS = ['read', 'write', 'rotate', 'manage'] as const;
export type Operation = typeof OPERATIONS[number];

/** What one principal can do with one secret. */
export interface AccessEntry {
  /** `SecretEntry.id` */
  readonly secret: string;
  /** `PrincipalEntry.id` */
  readonly principal: string;
  /** An operation that is absent is denied. */
  readonly operations: Partial<Record<Operation, Decided>>;
}

export interface Decided {
  /** `half`: one of Secrets Manager and KMS allows it, and the other does not, so it fails. */
  readonly decision: 'allowed' | 'allowed-if' | 'not-decided' | 'half';
  /** For `allowed-if`: what must hold, in words. For `not-decided`: what is missing. For `half`: who refuses. */
  readonly because: string[];
  /** What decided, in the order in which a reader follows it: places in `statements`. */
  readonly path: number[];
  /** The actions that are allowed, where the operation is more than one (`manage`), sorted. */
  readonly actions?: string[];
}

export interface StatementEntry {
  readonly kind: 'identity' | 'permissions-boundary' | 'resource' | 'key' | 'endpoint' | 'service-control' | 'resource-control';
  readonly effect: 'Allow' | 'Deny';
  /** The policy it stands in, by construct path or name. */
  readonly policy: string;
  readonly place?: Place;
  /** Its `Sid`, or its number in the policy, counted from 1. */
  readonly statement: string;
  /** The statement as IAM gets it. */
  readonly json: unknown;
}

export const SEVERITIES = ['error', 'warning', 'note'] as const;
export type Severity = typeof SEVERITIES[number];

export interface FindingEntry {
  /** The stable id, such as `cdk-managed-secrets::plaintext-value`. */
  readonly rule: string;
  readonly severity: Severity;
  /** What is wrong here. */
  readonly message: string;
  /** What to do. */
  readonly fix: string;
  /** The page of AWS or the control of CIS that it rests on. */
  readonly page: string;
  readonly place: Place;
}

export interface AcknowledgedEntry {
  readonly finding: FindingEntry;
  readonly reason: string;
}

export interface MissingEntry {
  readonly kind: 'managed-policy' | 'permissions-boundary' | 'key-policy' | 'value';
  /** The ARN, or what is missing, in words. */
  readonly what: string;
  /** `PrincipalEntry.id` or `SecretEntry.id` of all that it concerns. */
  readonly concerns: string[];
  /** How to give it. */
  readonly remedy: string;
}

export interface Price {
  readonly secrets: number;
  readonly replicas: number;
  readonly customerManagedKeys: number;
  readonly centsPerMonth: number;
  /** What is not in the sum, in words. */
  readonly besides: string[];
}
