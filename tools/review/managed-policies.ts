import { existsSync, readFileSync, statSync } from 'fs';
import * as path from 'path';
import { asDocument, PolicyDocument } from '../access';

/** Where `--managed-policies <dir>` may hold the document of a managed policy, the first that exists. */
function filesOf(arn: string): string[] {
  const [, account, name] = /^arn:[^:]+:iam::(aws|\d{12}):policy\/(?:.+\/)?([\w+=,.@-]+)$/.exec(arn) ?? [];
  return name === undefined ? [] : [path.join(account, `${name}.json`), `${name}.json`];
}

/** The name of the file in which the document of a managed policy is looked for. */
export function fileOf(arn: string): string {
  return filesOf(arn).at(-1) ?? 'a JSON file';
}

/**
 * Managed policies from JSON files that have the name of the policy: `TeamBoundary.json`. Where accounts have different policies of one
 * name, `111122223333/TeamBoundary.json` is that of one account, and `aws/ReadOnlyAccess.json` that of AWS.
 */
export function managedPoliciesIn(directory: string): (arn: string) => PolicyDocument | undefined {
  if (!statSync(directory, { throwIfNoEntry: false })?.isDirectory()) throw new Error(`--managed-policies must name a directory, got ${directory}`);
  return arn => filesOf(arn).map(file => path.join(directory, file)).filter(file => existsSync(file)).map(documentIn)[0];
}

/** A policy document, or what `aws iam get-policy-version` prints. */
function documentIn(file: string): PolicyDocument {
  const { PolicyVersion: { Document = undefined } = {}, ...bare } = parsed(file);
  const document = Document ?? bare;
  if (document.Statement === undefined) {
    throw new Error(`${file} must hold a policy document with Statement, or what \`aws iam get-policy-version\` prints`);
  }
  return asDocument(document);
}

function parsed(file: string): any {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    throw new Error(`${file} must hold JSON`);
  }
}
