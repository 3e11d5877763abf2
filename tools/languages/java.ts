import { readdirSync } from 'fs';
import * as path from 'path';
import { DIST, Language } from './language';
import { pacmak } from './pacmak';
import { run } from './run';

const MAVEN = ['mvn', '--quiet', '--batch-mode'];
/** Each runs for seconds: Java's second compiler and a garbage collector with threads would take more than they gain. */
const SHORT = { MAVEN_OPTS: '-XX:TieredStopAtLevel=1 -XX:+UseSerialGC' };
const INSTALL_FILE = 'org.apache.maven.plugins:maven-install-plugin:3.1.4:install-file';

/** The folder of the version that was built last. */
function artifacts(): string {
  const folder = path.join(DIST, 'java/io/github/cdk-managed-secrets/cdk-managed-secrets');
  const version = readdirSync(folder, { withFileTypes: true }).find(entry => entry.isDirectory())!.name;
  return path.join(folder, version);
}

function artifact(extension: string): string {
  return path.join(artifacts(), `cdk-managed-secrets-${path.basename(artifacts())}.${extension}`);
}

function maven(folder: string, ...args: string[]): string {
  return run([...MAVEN, ...args], { cwd: folder, env: SHORT });
}

export const java: Language = {
  name: 'java',
  title: 'Java',
  programs: ['java', 'mvn'],
  // The pages of Javadoc take longer than all else, and no app uses them.
  build: () => pacmak('java', { MAVEN_OPTS: `${SHORT.MAVEN_OPTS} -Dmaven.javadoc.skip=true` }),
  install: folder => void maven(folder, INSTALL_FILE, `-Dfile=${artifact('jar')}`, `-DpomFile=${artifact('pom')}`),
  // Its pom.xml asks the compiler for every warning, and takes each for an error.
  check: folder => void maven(folder, 'compile'),
  environment: () => SHORT,
  mistakes: folder => maven(folder, 'compile', 'exec:java', '-Dexec.mainClass=com.example.orders.Mistakes'),
};
