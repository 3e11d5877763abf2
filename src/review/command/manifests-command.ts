import { Command, EXIT_CODES, Given } from './command';
import { deliver } from './reviewing';
import { yaml } from './yaml';
import { KUBERNETES_OBJECTS } from '../../consumers/kubernetes/private/delivery';
import { readAssembly, type StackFiles } from '../assembly/assembly-files';
import { ReviewError } from '../review-error';

export const MANIFESTS: Command = {
  summary: 'writes the Kubernetes objects of an app as YAML, to be committed for GitOps',
  operands: '[assembly]',
  options: {
    stage: { type: 'string', value: 'path', help: 'this stage of the app alone' },
    output: { type: 'string', value: 'file', help: 'write into this file, not to the terminal' },
  },
  run: async (given, surroundings) => {
    const assembly = assemblyOf(given);
    const { stacks, problems } = readAssembly(assembly);
    const documents = stacks.filter(({ stage }) => [undefined, stage].includes(given.text('stage'))).flatMap(documentsOf);
    if (documents.length === 0) throw new ReviewError(nothingIn(assembly, given.text('stage')));
    deliver(documents.join(''), given, surroundings, 'The objects are in');
    problems.forEach(surroundings.warn);
    return problems.length > 0 ? EXIT_CODES.notReviewed : EXIT_CODES.fine;
  },
};

function assemblyOf({ operands }: Given): string {
  if (operands.length > 1) throw new ReviewError(`manifests takes one assembly, and got ${operands.length}`);
  return operands[0] ?? 'cdk.out';
}

/** Each object, below the construct that makes it. */
function documentsOf({ metadata }: StackFiles): string[] {
  return metadata.filter(({ type }) => type === KUBERNETES_OBJECTS)
    .flatMap(({ path, data }) => (data as object[]).map(object => `---\n# ${path}\n${yaml(object)}`));
}

function nothingIn(assembly: string, stage?: string): string {
  const where = stage === undefined ? assembly : `the stage ${stage} of ${assembly}`;
  return `there are no Kubernetes objects in ${where}; consumers with a \`cluster\` apply theirs when the stack is deployed`;
}
