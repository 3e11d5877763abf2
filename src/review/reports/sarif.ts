import * as path from 'path';
import { pathToFileURL } from 'url';
import { FindingEntry, Place, ReviewDocument, Severity } from '../document/review-document';
import { RULE_PREFIX } from '../findings/rule';
import { RULES } from '../findings/rules';

/** The findings as SARIF 2.1.0, which code scanning of GitHub, GitLab and editors read: https://docs.oasis-open.org/sarif/sarif/v2.1.0/ */
export function sarif(document: ReviewDocument, directory: string): string {
  const results = [
    ...document.findings.map(finding => result(document, finding, directory)),
    ...document.acknowledged.map(({ finding, reason }) => ({
      ...result(document, finding, directory), suppressions: [{ kind: 'inSource', justification: reason }],
    })),
  ];
  return `${JSON.stringify({
    $schema: 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json',
    version: '2.1.0',
    runs: [{
      tool: { driver: { name: 'cdk-managed-secrets', version: document.generator, informationUri: 'https://github.com/cdk-managed-secrets/cdk-managed-secrets', rules: RULES.map(descriptor) } },
      invocations: [{ executionSuccessful: document.problems.length === 0, toolExecutionNotifications: document.problems.map(text => ({ level: 'error', message: { text } })) }],
      columnKind: 'utf16CodeUnits',
      results,
    }],
  }, undefined, 2)}\n`;
}

function descriptor({ id, severity, finds, fix, page }: typeof RULES[number]) {
  return {
    id: RULE_PREFIX + id,
    shortDescription: { text: finds },
    help: { text: `To do: ${fix}. ${page}` },
    helpUri: page,
    defaultConfiguration: { level: severity },
  };
}

function result(document: ReviewDocument, { rule, severity, message, fix, place }: FindingEntry, directory: string) {
  return {
    ruleId: rule,
    level: severity satisfies Severity,
    message: { text: `${message}. To do: ${fix}` },
    locations: [{
      physicalLocation: physicalLocation(document, place, directory),
      logicalLocations: [{ fullyQualifiedName: place.path, kind: 'resource' }],
    }],
    partialFingerprints: { 'rulePathMessage/v1': `${rule} ${place.path} ${message}` },
  };
}

/** The line of the app, or the template where the assembly does not tell the line. */
function physicalLocation({ stacks, assemblies }: ReviewDocument, { source, stack }: Place, directory: string) {
  if (source !== undefined) return { artifactLocation: { uri: uriOf(source.file, directory) }, region: { startLine: Math.max(1, source.line) } };
  const template = stacks.find(({ id }) => id === stack)?.template ?? '';
  return { artifactLocation: { uri: uriOf(assemblies.length === 1 ? path.join(assemblies[0], template) : template, directory) } };
}

/** Relative to the directory, as code scanning wants it; a file elsewhere by its whole address. */
function uriOf(file: string, directory: string): string {
  const relative = path.relative(directory, path.resolve(directory, file));
  return relative.startsWith('..') || path.isAbsolute(relative)
    ? pathToFileURL(path.resolve(directory, file)).href : relative.split(path.sep).map(encodeURIComponent).join('/');
}
