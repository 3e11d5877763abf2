import { existsSync, readdirSync, readFileSync, statSync } from 'fs';
import * as path from 'path';
import type { ControlPolicy } from './document/review-options';
import { asDocument, PolicyDocument } from './model/policy';
import { ReviewError } from './review-error';

/** Where `--managed-policies <directory>` may hold the document of a managed policy, the first that exists. */
function filesOf(arn: string): string[] {
  const [, account, name] = /^arn:[^:]+:iam::(aws|\d{12}):policy\/(?:.+\/)?([\w+=,.@-]+)$/.exec(arn) ?? [];
  return name === undefined ? [] : [path.join(account, `${name}.json`), `${name}.json`];
}

/**
 * Managed policies from JSON files that have the name of the policy: `TeamBoundary.json`. Where accounts have different policies of one
 * name, `111122223333/TeamBoundary.json` is that of one account, and `aws/ReadOnlyAccess.json` that of AWS.
 */
export function managedPoliciesIn(directory: string, option = '--managed-policies'): (arn: string) => PolicyDocument | undefined {
  requireDirectory(directory, option);
  return arn => filesOf(arn).map(file => path.join(directory, file)).filter(file => existsSync(file)).map(documentIn)[0];
}

/** Policies of an organization: each JSON file is one; in a folder that is named like an account, it is one of that account alone. */
export function controlPoliciesIn(directory: string, option: string): ControlPolicy[] {
  requireDirectory(directory, option);
  const found = readdirSync(directory, { recursive: true, encoding: 'utf8' }).filter(file => file.endsWith('.json')).sort();
  if (found.length === 0) throw new ReviewError(`${option}: ${directory} holds no JSON file`);
  return found.map(file => {
    const account = path.dirname(file).split(path.sep).find(folder => /^\d{12}$/.test(folder));
    return { name: path.basename(file, '.json'), document: documentIn(path.join(directory, file)), ...account !== undefined && { account } };
  });
}

function requireDirectory(directory: string, option: string): void {
  if (!statSync(directory, { throwIfNoEntry: false })?.isDirectory()) throw new ReviewError(`${option} must name a directory, got ${directory}`);
}

/** A policy document, or what `aws iam get-policy-version` and `aws organizations describe-policy` print. */
function documentIn(file: string): PolicyDocument {
  const { PolicyVersion, Policy, ...bare } = parsed(readFileSync(file, 'utf8'), file);
  const content = typeof Policy?.Content === 'string' ? parsed(Policy.Content, file) : undefined;
  const document = PolicyVersion?.Document ?? content ?? bare;
  if (document.Statement === undefined) {
    throw new ReviewError(`${file} must hold a policy document with Statement, or what \`aws iam get-policy-version\` or \`aws organizations describe-policy\` prints`);
  }
  return asDocument(document);
}

function parsed(text: string, file: string): any {
  try {
    return JSON.parse(text);
  } catch {
    throw new ReviewError(`${file} must hold JSON`);
  }
}
