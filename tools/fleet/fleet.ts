import { readFileSync } from 'fs';
import { App } from 'aws-cdk-lib';
import { REGIONS } from '../../examples/account-baseline/accounts';
import { addBaselines } from '../../examples/account-baseline/app';
import { SECRET_MONTHLY_USD } from '../../src/monitoring/contract/prices';
import { CENTS_PER_CUSTOMER_MANAGED_KEY } from '../../src/review/document/prices';
import type { Template } from '../examples/synthesis';

/** How large the fleet is, and what happens in it. */
export interface Fleet {
  readonly accounts: number;
  /** How many secrets an account has in a region. */
  readonly secrets: number;
  /** How often AWS Config records a change of a secret a month: a rotation is one or two. */
  readonly changes: number;
}

/** @see https://aws.amazon.com/config/pricing/ */
const CONFIG_USD = { evaluation: 0.001, change: 0.003 };

/** Periodic rules run once a day, unless they say otherwise. */
const RUNS_A_MONTH = 30;

/** The CDK CLI creates, describes and executes a change set, and describes the stack, at the least. */
const CALLS_A_STACK = 4;

export interface Counted {
  readonly stacks: number;
  readonly resources: number;
  readonly bytes: number;
  readonly keys: number;
  /** Rules that look at every secret once a day, and those that look at one when it changes. */
  readonly periodicRules: number;
  readonly changeRules: number;
}

/** Synthesizes the baseline of examples/account-baseline for so many accounts, in its regions, and counts what is in the templates. */
export function counted({ accounts }: Pick<Fleet, 'accounts'>): Counted {
  const context = { '@aws-cdk/core:validationReportPrettyPrint': false };
  const app = new App({ context, builtinCloudFormationValidation: false, analyticsReporting: false } as ConstructorParameters<typeof App>[0]);
  addBaselines(app, Array.from({ length: accounts }, (_, index) => ({
    id: String(100_000_000_000 + index), environment: index % 2 === 0 ? 'staging' : 'prod', workload: `workload-${Math.floor(index / 2)}`,
  })), REGIONS);
  const texts = app.synth().stacks.map(({ templateFullPath }) => readFileSync(templateFullPath, 'utf8'));
  const resources = texts.flatMap(text => Object.values((JSON.parse(text) as Template).Resources ?? {}) as unknown[] as Resource[]);
  const ofType = (type: string) => resources.filter(({ Type }) => Type === type);
  const rules = ofType('AWS::Config::ConfigRule');
  return {
    stacks: texts.length,
    resources: resources.length,
    bytes: Math.max(...texts.map(text => Buffer.byteLength(text))),
    keys: ofType('AWS::KMS::Key').length,
    periodicRules: rules.filter(({ Properties }) => Properties.Scope === undefined).length,
    changeRules: rules.filter(({ Properties }) => Properties.Scope !== undefined).length,
  };
}

interface Resource {
  readonly Type: string;
  readonly Properties: { readonly Scope?: unknown };
}

/** What there is, how much of it an account has in a region, and what it costs a month. */
export function tableOf(fleet: Fleet, found: Counted): string[][] {
  const { stacks } = found;
  const secrets = stacks * fleet.secrets;
  const priced: [string, number, number][] = [
    ['Customer managed keys', found.keys, CENTS_PER_CUSTOMER_MANAGED_KEY / 100],
    [`Secrets, ${fleet.secrets} each`, secrets, SECRET_MONTHLY_USD],
    [`Changes that AWS Config records, ${fleet.changes} a secret`, secrets * fleet.changes, CONFIG_USD.change],
    ['Evaluations after a change', found.changeRules * fleet.secrets * fleet.changes, CONFIG_USD.evaluation],
    ['Evaluations once a day', found.periodicRules * fleet.secrets * RUNS_A_MONTH, CONFIG_USD.evaluation],
  ];
  const free: [string, number][] = [
    ['Stacks', stacks],
    ['Resources', found.resources],
    ['Calls that deploy them: one a resource, four to CloudFormation a stack, at the least', found.resources + stacks * CALLS_A_STACK],
  ];
  const sum = priced.reduce((total, [, number, price]) => total + number * price, 0);
  const row = (what: string, number: number, ...prices: string[]) => [what, figure(number / stacks), figure(number), ...prices];
  return [
    ['What', 'In an account and region', 'In the fleet', 'Price', 'A month'],
    ...free.map(([what, number]) => row(what, number, '', '')),
    ...priced.map(([what, number, price]) => row(what, number, `${price} USD`, `${figure(number * price)} USD`)),
    ['Together', '', '', '', `**${figure(sum)} USD**`],
  ];
}

function figure(number: number): string {
  return number.toLocaleString('en-US', { maximumFractionDigits: 2 });
}
