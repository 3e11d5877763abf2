import { readFileSync, writeFileSync } from 'fs';
import * as path from 'path';

type Schema = Record<string, any>;

/** Where the schemas stand; `README.md` there says of which release each is. */
export const SCHEMAS = path.join(__dirname, '../../test/support/kubernetes/schemas');

/** The name under which kubeconform looks for a schema. */
export function schemaFile(kind: string, apiVersion: string): string {
  return `${kind.toLowerCase()}_${apiVersion.split('/').pop()}.json`;
}

/**
 * The schema of each version of a custom resource that the API server takes, as JSON Schema: without descriptions, and closed, so that a field that
 * the API server would drop in silence is an error.
 */
export function schemasOf({ spec: { group, names: { kind }, versions } }: Schema): { file: string; schema: Schema }[] {
  return versions.filter((each: Schema) => each.served).map(({ name, schema: { openAPIV3Schema } }: Schema) => ({
    file: schemaFile(kind, name),
    schema: { ...closed(openAPIV3Schema), title: `${group}/${name} ${kind}` },
  }));
}

/** The schema of a kind of Kubernetes itself, with all that it refers to. */
export function standalone(definitions: Record<string, Schema>, schema: Schema): Schema {
  return mapped(schema, each => {
    const { $ref, ...others } = each;
    return typeof $ref === 'string' ? standalone(definitions, { ...definitions[$ref.split('/').pop()!], ...others }) : each;
  });
}

function closed(schema: Schema): Schema {
  return mapped(schema, each => {
    if (each['x-kubernetes-int-or-string'] === true) return { anyOf: [{ type: 'integer' }, { type: 'string' }] };
    const isOpen = each.properties === undefined || each.additionalProperties !== undefined || each['x-kubernetes-preserve-unknown-fields'] === true;
    return isOpen ? each : { ...each, additionalProperties: false };
  });
}

/** Every schema within a schema changed, descriptions and marks for tools left out. */
function mapped(schema: Schema, change: (schema: Schema) => Schema): Schema {
  if (Array.isArray(schema)) return schema.map(each => mapped(each, change));
  if (typeof schema !== 'object' || schema === null) return schema;
  const inner = Object.entries(change(schema)).flatMap(([key, value]) => {
    if (key === 'properties') return [[key, Object.fromEntries(Object.entries<Schema>(value).map(([name, each]) => [name, mapped(each, change)]))]];
    if (key === '$schema' || key === '$id' || key === 'description' || (key.startsWith('x-kubernetes-') && key !== 'x-kubernetes-validations')) return [];
    return [[key, mapped(value, change)]];
  });
  return Object.fromEntries(inner);
}

/** `<file with the JSON of a CustomResourceDefinition>…`, or `--definitions <_definitions.json> <id of a kind>…`. */
function main([first, ...others]: string[]): void {
  const json = (file: string) => JSON.parse(readFileSync(file, 'utf8'));
  const write = (file: string, schema: Schema) => writeFileSync(path.join(SCHEMAS, file), `${JSON.stringify(schema)}\n`);
  if (first !== '--definitions') {
    [first, ...others].flatMap(file => schemasOf(json(file))).forEach(({ file, schema }) => write(file, schema));
    return;
  }
  const [file, ...ids] = others;
  const { $defs: definitions } = json(file);
  for (const id of ids) {
    const [version, kind] = id.split('.').slice(-2);
    write(schemaFile(kind, version), { ...standalone(definitions, definitions[id]), title: `${version} ${kind}` });
  }
}

if (require.main === module) main(process.argv.slice(2));
