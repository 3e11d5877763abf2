import type { IConstruct } from 'constructs';
import { fail } from '../../private/errors';
import type { ISecretNamespace } from '../secret-namespace-props';

/** What a scope offers to the secrets below it. */
interface Offer {
  /** Set by `makeDefaultFor`; wins over what was merely created here. */
  chosen?: ISecretNamespace;
  readonly created: ISecretNamespace[];
}

const OFFER = Symbol.for('cdk-managed-secrets.NamespaceOffer');
type Offering = IConstruct & { [OFFER]?: Offer };

/** A namespace holds for the scope in which it was created. */
export function offerNamespace(scope: IConstruct, namespace: ISecretNamespace): void {
  offerOf(scope).created.push(namespace);
}

export function setDefaultNamespace(scope: IConstruct, namespace: ISecretNamespace): void {
  const offer = offerOf(scope);
  if (offer.chosen && offer.chosen !== namespace) {
    fail(scope.node.path, `\`makeDefaultFor\` must be called once for a scope, and ${offer.chosen.node.path} is its default already; `
      + 'hand the other namespace to its secrets as `namespace`');
  }
  offer.chosen = namespace;
}

/** The namespace of the nearest enclosing scope that has one. */
export function findNamespace(scope: IConstruct, path: string): ISecretNamespace {
  for (const each of [...scope.node.scopes].reverse()) {
    const offer = (each as Offering)[OFFER];
    if (offer?.chosen) return offer.chosen;
    if (offer && offer.created.length > 1) {
      fail(path, `\`namespace\` must be given, because ${each.node.path || 'the app'} holds several: `
        + `${offer.created.map(one => one.node.path).join(', ')}; `
        + 'or choose one by `makeDefaultFor`');
    }
    if (offer) return offer.created[0];
  }
  return fail(path, '`namespace` must be given, because no enclosing scope has one; '
    + 'create a SecretNamespace in this stack, or call `makeDefaultFor(stage)` on one of another stack');
}

function offerOf(scope: IConstruct): Offer {
  return (scope as Offering)[OFFER] ??= { created: [] };
}
