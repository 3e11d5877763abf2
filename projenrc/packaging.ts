import type { awscdk } from 'projen';

const NOT_SHIPPED = ['/.ci', '/.venv', '/test-reports', '/docs', '/examples', '/lambda', '/tools', '/rosetta', '/cdk.out', '/CONTRIBUTING.md', '/SECURITY.md'];

/** The tarball holds lib, assets, the jsii assembly and the documents that npm shows; nothing else. */
export function configure(project: awscdk.AwsCdkConstructLibrary) {
  NOT_SHIPPED.forEach(path => project.npmignore?.exclude(path));
  ['/cdk.out/', '/assets/', '.venv/', '.jsii.tabl.json'].forEach(path => project.gitignore.exclude(path));
  project.npmignore?.exclude('.jsii.tabl.json');
  project.preCompileTask.spawn(project.tasks.tryFind('bundle:rotation')!);
  project.postCompileTask.exec('jsii-rosetta extract --strict --compile');
}
