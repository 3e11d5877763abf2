import type { awscdk } from 'projen';
import { CHECK_TYPES } from './toolchain';

const NOT_SHIPPED = ['/.ci', '/.venv', '/test-reports', '/docs', '/examples', '/lambda', '/tools', '/rosetta', '/cdk.out', '/CONTRIBUTING.md', '/SECURITY.md'];

/** Languages whose packages hold the code of the documentation translated, as `package:<language>` names them. */
const TRANSLATED = ['python', 'java', 'dotnet', 'go'];

/** The tarball holds lib, assets, the templates of `init`, the jsii assembly and the documents that npm shows; nothing else. */
export function configure(project: awscdk.AwsCdkConstructLibrary) {
  NOT_SHIPPED.forEach(path => project.npmignore?.exclude(path));
  ['/cdk.out/', '/assets/', '/test-reports/', '.venv/', '.jsii.tabl.json', '/.compiled'].forEach(path => project.gitignore.exclude(path));
  project.npmignore?.exclude('.jsii.tabl.json', '/.compiled');
  withoutSourceMaps(project);
  shipThePage(project);
  makeTheCommandExecutable(project);
  withoutInternalMembers(project);
  compileOnce(project);
  translateDocumentation(project);
  bundleFirst(project);
}

/** Every package holds the rotation functions, and the tests read them: a fresh clone has none yet. */
function bundleFirst(project: awscdk.AwsCdkConstructLibrary) {
  const bundle = project.tasks.tryFind('bundle:rotation')!;
  project.preCompileTask.spawn(bundle);
  const packages = ['js', ...TRANSLATED].map(language => `package:${language}`);
  for (const name of ['test', 'test:update', 'test:newest', 'deploy:local', 'languages', 'upgrade:baseline', ...packages]) project.tasks.tryFind(name)!.prependSpawn(bundle);
}

/** What the page of the review is made of beside TypeScript, which jsii does not copy. */
function shipThePage(project: awscdk.AwsCdkConstructLibrary) {
  project.compileTask.exec('cp src/review/page/style.css src/review/page/matrix.js lib/review/page/');
}

/** npm sees to it when it installs the package; the `cdk-managed-secrets` of the Python package starts the file as it is in the tarball. */
function makeTheCommandExecutable(project: awscdk.AwsCdkConstructLibrary) {
  project.compileTask.exec('chmod +x lib/review/command/main.js');
}

/** docs/decisions/0015-no-source-maps.md has the reasons. */
function withoutSourceMaps(project: awscdk.AwsCdkConstructLibrary) {
  for (const kind of ['inlineSourceMap', 'inlineSources']) project.tryFindObjectFile('tsconfig.json')!.addOverride(`compilerOptions.${kind}`, false);
}

/** jsii takes no `stripInternal`: it has its own way to hide them, and TypeScript would still show them. docs/decisions/0016-public-api.md. */
function withoutInternalMembers(project: awscdk.AwsCdkConstructLibrary) {
  project.compileTask.exec(`${CHECK_TYPES} -p tsconfig.json --emitDeclarationOnly --stripInternal`);
}

/** The tests, the packages and API.md are made of the same compile. */
function compileOnce(project: awscdk.AwsCdkConstructLibrary) {
  project.compileTask.addCondition('! node tools/compiled.mjs');
  project.compileTask.exec('node tools/compiled.mjs --note');
}

/** jsii-pacmak alone would ship TypeScript under the heading of another language. */
function translateDocumentation(project: awscdk.AwsCdkConstructLibrary) {
  const translate = project.addTask('translate', {
    description: 'Compile the code of README.md and of the API documentation, and translate it into the other languages',
    // In one program: the types of aws-cdk-lib are read and worked out once, and not for each example.
    exec: 'jsii-rosetta extract --strict --compile --batch',
  });
  project.postCompileTask.spawn(translate);
  for (const language of TRANSLATED) {
    const task = project.tasks.tryFind(`package:${language}`)!;
    task.reset();
    task.spawn(translate, { condition: '[ ! .jsii.tabl.json -nt .jsii ]' });
    task.exec(`jsii-pacmak -v --target ${language} --rosetta-unknown-snippets fail`);
  }
}
