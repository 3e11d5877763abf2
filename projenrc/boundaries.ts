import type { awscdk } from 'projen';

interface Boundary {
  readonly files: string[];
  readonly patterns: { readonly group?: string[]; readonly regex?: string; readonly message: string }[];
}

/** The folders of src, from the one that knows none of the others to the one that knows all. What is not exported stands under `private`. */
const CONCEPTS = ['private', 'encryption', 'access', 'namespace', 'secret', 'sharing', 'replication', 'rotation', 'monitoring', 'consumers', 'review'];

/** Who may not import whom, and why. docs/architecture.md shows the picture. */
const BOUNDARIES: Boundary[] = [
  {
    files: ['src/**/*.ts'],
    patterns: [
      { regex: '(^|/)lambda/', message: 'constructs know a handler by its asset path and by the contract only' },
      { group: ['@aws-sdk/*'], message: 'a construct library makes no network call at synthesis' },
      { regex: '(^|/)(test|tools|examples|projenrc)/', message: 'nothing that ships depends on what does not' },
      { group: ['cdk-managed-secrets'], message: 'inside the package, import by relative path' },
    ],
  },
  ...CONCEPTS.map((concept, index) => ({
    files: [`src/${concept}/**/*.ts`],
    patterns: [
      {
        regex: `^(\\.\\./)+(?!(rotation|monitoring)/contract/)(${CONCEPTS.slice(index + 1).join('|')})(/|$)`,
        message: `src/${concept} knows the concepts before it alone: ${CONCEPTS.slice(0, index).join(', ') || 'none'}`,
      },
    ].filter(() => index + 1 < CONCEPTS.length),
  })),
  {
    files: ['src/rotation/contract/**/*.ts', 'src/monitoring/contract/**/*.ts'],
    patterns: [
      { regex: '^\\.\\./|^aws-cdk-lib|^constructs$', message: 'facts that constructs and functions share import each other and Node.js alone; whoever needs one may import it' },
    ],
  },
  {
    files: ['lambda/**/*.ts'],
    patterns: [
      { regex: '/src/(?!(rotation|monitoring)/contract/)|^aws-cdk-lib|^constructs$', message: 'handlers run in Lambda: of src they may know rotation/contract and monitoring/contract alone' },
      { regex: '(^|/)(test|tools|examples|projenrc)/', message: 'nothing that ships depends on what does not' },
    ],
  },
  {
    files: ['tools/**/*.ts'],
    patterns: [
      { regex: '(^|/)(test|projenrc)/', message: 'a test uses tools, and a tool no test: what both need belongs into tools' },
    ],
  },
  {
    files: ['examples/**/*.ts'],
    patterns: [
      { regex: '(^|/)(src|test|tools)(/|$)', message: 'an example uses the package as a user does: import from cdk-managed-secrets' },
    ],
  },
];

/** Turns the table above into ESLint overrides; ESLint keeps the last override of a rule, so patterns of nested folders are merged. */
export function enforce(project: awscdk.AwsCdkConstructLibrary) {
  const ofSrc = BOUNDARIES[0].patterns;
  for (const { files, patterns } of BOUNDARIES) {
    const nested = files[0].startsWith('src/') && files !== BOUNDARIES[0].files;
    project.eslint?.addOverride({
      files,
      rules: { 'no-restricted-imports': ['error', { patterns: nested ? [...ofSrc, ...patterns] : patterns }] },
    });
  }
  project.eslint?.addRules({
    'import/no-unresolved': ['error', { ignore: ['^cdk-managed-secrets$'] }], // the package itself, which lint needs not compiled
    'import/order': ['warn', {
      groups: ['builtin', 'external'],
      pathGroups: [{ pattern: 'cdk-managed-secrets', group: 'external' }],
      pathGroupsExcludedImportTypes: ['builtin'],
      alphabetize: { order: 'asc', caseInsensitive: true },
    }],
  });
  project.eslint?.addOverride({
    files: ['src/**/*.ts', 'lambda/**/*.ts'],
    rules: {
      'max-lines': ['error', { max: 400 }],
      'max-lines-per-function': ['error', { max: 50, skipBlankLines: true, skipComments: true }],
      'max-params': ['error', 4],
      'no-warning-comments': 'error',
      'no-restricted-syntax': [
        'error',
        { selector: 'NewExpression[callee.name="Error"]', message: 'throw through src/private/errors.ts, so that the message names the construct' },
      ],
    },
  });
  project.eslint?.addOverride({
    files: [...CONCEPTS.slice(0, CONCEPTS.indexOf('monitoring')).map(concept => `src/${concept}/**/*.ts`), 'lambda/rotation/**/*.ts'],
    rules: { '@stylistic/max-len': ['error', { code: 140, ignoreUrls: true, ignoreRegExpLiterals: true }] },
  });
  project.eslint?.addOverride({ files: ['src/private/errors.ts', 'lambda/**/*.ts'], rules: { 'no-restricted-syntax': 'off' } });
}
