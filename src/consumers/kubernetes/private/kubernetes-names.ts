import { fail } from '../../../private/errors';
import { requireText, type TextRule } from '../../../private/validation';

/** @see https://kubernetes.io/docs/concepts/overview/working-with-objects/names/#dns-label-names */
export const NAMESPACE_NAME: TextRule = {
  pattern: /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/,
  words: 'the name of a Kubernetes namespace: at most 63 lower-case letters, digits and hyphens, with a letter or digit at both ends',
};

/** @see https://kubernetes.io/docs/concepts/overview/working-with-objects/names/#dns-subdomain-names */
export const OBJECT_NAME: TextRule = {
  pattern: /^(?=.{1,253}$)[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/,
  words: 'the name of a Kubernetes object: at most 253 lower-case letters, digits, hyphens and dots, with a letter or digit at both ends',
};

/** The name of a file in a volume. */
export const FILE_NAME = /^(?!\.\.)(?!\.$)[-._a-zA-Z0-9]{1,253}$/;

/** A key of a Kubernetes `Secret`, which becomes the name of a file when a pod mounts it. */
const DATA_KEY: TextRule = {
  pattern: FILE_NAME,
  words: 'keys of a Kubernetes Secret: at most 253 letters, digits, hyphens, underscores and dots, such as DB_PASSWORD',
};

/** Fails unless there is a key, and each is one that a Kubernetes `Secret` takes. */
export function requireDataKeys(path: string, prop: string, keys: readonly string[]): void {
  if (keys.length === 0) fail(path, `\`${prop}\` must have at least one entry; name the keys of the Kubernetes Secret`);
  keys.forEach(key => requireText(path, prop, key, DATA_KEY));
}

/** Fails when a name is given twice. */
export function requireEachOnce(path: string, prop: string, names: readonly string[]): void {
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) fail(path, `\`${prop}\` must hold each name once, got ${JSON.stringify(twice)} twice; choose another name for one of them`);
}
