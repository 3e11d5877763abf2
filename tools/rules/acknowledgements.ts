import { Validations } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import type { Finding, RuleRun } from './finding';
import { enclosingStackPath } from './finding';
import type { SynthesizedStack } from '../examples/synthesis';

/** A finding that the author of a construct accepts, and why. */
export interface Acknowledgement {
  readonly id: string;
  readonly reason: string;
  /** The construct it was written on; it holds for everything below. */
  readonly path: string;
}

const MIN_REASON_CHARACTERS = 30;
const MIN_REASON_WORDS = 5;

/** Every acknowledgement in the tree, each once. */
export function acknowledgements(root: IConstruct): Acknowledgement[] {
  const found = root.node.findAll().flatMap(construct => construct.node.metadata
    .filter(({ type }) => type === Validations.ACKNOWLEDGED_RULES_METADATA_KEY)
    .flatMap(({ data }) => Object.entries(data as Record<string, string>))
    .map(([id, reason]) => ({ id: withoutDefaultNamespace(id), reason, path: construct.node.path })));
  return [...new Map(found.map(entry => [`${entry.path}\n${entry.id}`, entry])).values()];
}

/** What remains of the raised findings, and what is wrong with the acknowledgements themselves. */
export function unacknowledged(runs: RuleRun[], given: Acknowledgement[], stacks: SynthesizedStack[]): Finding[] {
  const raised = runs.flatMap(run => run.raised);
  const reasoned = given.filter(hasReason);
  const stale = given.filter(entry => !dependsOnRelease(entry)
    && runs.some(run => run.owns(entry.id)) && !raised.some(finding => covers(entry, finding)));
  return [
    ...raised.filter(finding => !reasoned.some(entry => covers(entry, finding))),
    ...given.filter(entry => !hasReason(entry)).map(entry => ({
      rule: 'acknowledgement-without-reason',
      ...placeOf(entry, stacks),
      message: `${entry.id} is acknowledged without a reason a reviewer could check; write at least `
        + `${MIN_REASON_CHARACTERS} characters and ${MIN_REASON_WORDS} words on why it is right here`,
    })),
    ...stale.map(entry => ({
      rule: 'acknowledgement-without-finding',
      ...placeOf(entry, stacks),
      message: `${entry.id} is acknowledged, but nothing below breaks that rule; remove the acknowledgement or correct its id`,
    })),
  ];
}

/** The function with which aws-cdk-lib copies assets: which rules it breaks depends on the release. */
function dependsOnRelease({ path }: Acknowledgement): boolean {
  return path.includes('/Custom::CDKBucketDeployment');
}

function hasReason({ reason }: Acknowledgement): boolean {
  const text = String(reason ?? '').trim();
  return text.length >= MIN_REASON_CHARACTERS && text.split(/\s+/).length >= MIN_REASON_WORDS;
}

function covers(entry: Acknowledgement, finding: Finding): boolean {
  const below = entry.path === '' || finding.resource === entry.path || finding.resource.startsWith(`${entry.path}/`);
  return below && entry.id === finding.rule;
}

function placeOf(entry: Acknowledgement, stacks: SynthesizedStack[]): Pick<Finding, 'stack' | 'resource'> {
  return { stack: enclosingStackPath(stacks, entry.path), resource: entry.path };
}

/** An id without a namespace is stored as `annotation::<id>` before aws-cdk-lib 2.262.1 and as `Annotation::<id>` since. */
function withoutDefaultNamespace(id: string): string {
  return id.replace(/^annotation::/i, '');
}
