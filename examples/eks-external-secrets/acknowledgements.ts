import { Validations } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/** Accepts findings of the rule packs for a construct and what is below it, each by its full id and with the reason. */
export function acknowledge(scope: IConstruct, reasons: { [id: string]: string }): void {
  Validations.of(scope).acknowledge(...Object.entries(reasons).map(([id, reason]) => ({ id, reason })));
}

/** The same reason for the same rule in several packs. */
export function acknowledgeInPacks(scope: IConstruct, packs: string[], rule: string, reason: string): void {
  acknowledge(scope, Object.fromEntries(packs.map(pack => [`${pack}-${rule}`, reason])));
}
