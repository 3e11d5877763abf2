import { App } from 'aws-cdk-lib';
import { resolveTemplates } from '../../../src/review/assembly/resolve-templates';
import type { FindingEntry, ReviewDocument, SecretEntry } from '../../../src/review/document/review-document';
import { FindingOptions, findingsOf } from '../../../src/review/findings/findings-of';
import { Evidence, RULE_PREFIX } from '../../../src/review/findings/rule';
import { accessModel, Secret } from '../../../src/review/model/model';
import { pathOf } from '../../../src/review/model/roles';
import { documentWith, secret as entry } from '../documents';

/** What rules see of an app; what the review decides about it is given. */
export function evidenceOf(app: App, decided: Partial<Pick<ReviewDocument, 'access' | 'principals' | 'keys' | 'secrets'>> = {}): Evidence {
  const stacks = resolveTemplates(app.synth());
  const model = accessModel(stacks);
  const placeOf: Evidence['placeOf'] = placed => ({ path: pathOf(placed), stack: placed.stack.path, logicalId: placed.logicalId });
  const secrets = model.secrets.flatMap(secret => [secretEntry(secret), ...secret.replicas.map(replica => secretEntry(replica.secret, secret))]);
  return { stacks, model, placeOf, document: { ...documentWith({ secrets }), ...decided } };
}

function secretEntry(secret: Secret, primary?: Secret): SecretEntry {
  const { path, name, region, account, kmsKeyId, rotationSchedules: [schedule] } = secret;
  const place = { path, stack: secret.stack.path, logicalId: secret.logicalId };
  return entry(path, {
    id: primary === undefined ? path : `${path}@${region}`,
    ...primary !== undefined && { replicaOf: primary.path },
    place,
    name,
    region,
    account,
    kmsKeyId,
    ...schedule !== undefined && {
      rotation: {
        place: { ...place, path: schedule.path },
        schedule: schedule.resource.Properties?.RotationRules?.ScheduleExpression,
        onUpdate: true,
        rotator: { kind: 'function', name: 'rotator' },
        windows: [],
      },
    },
  });
}

export function findings(evidence: Evidence, options?: FindingOptions): FindingEntry[] {
  return findingsOf(evidence, options).findings;
}

/** Of one family of rules, as `rule path`. */
export function raised(evidence: Evidence, only: string[], options?: FindingOptions): string[] {
  return findings(evidence, options).map(({ rule, place }) => ({ rule: rule.slice(RULE_PREFIX.length), path: place.path }))
    .filter(({ rule }) => only.includes(rule)).map(({ rule, path }) => `${rule} ${path}`).sort();
}
