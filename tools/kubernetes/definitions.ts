import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'fs';
import * as path from 'path';

type Schema = Record<string, any>;

/** Definitions of the operators, and kinds of Kubernetes itself; `README.md` there says of which release each is. */
const DEFINITIONS = path.join(__dirname, 'definitions');
const CUSTOM = path.join(DEFINITIONS, 'custom');
const BUILT_IN = path.join(DEFINITIONS, 'built-in');

/** Each `CustomResourceDefinition`, as an API server takes it. */
export function customResourceDefinitions(): Schema[] {
  return filesIn(CUSTOM);
}

/** The JSON Schema of every kind, by its name and version, such as `SecretStore external-secrets.io/v1`. A field that it does not know is an error. */
export function schemas(): Map<string, Schema> {
  const custom = customResourceDefinitions().flatMap(({ spec: { group, names: { kind }, versions } }) =>
    versions.map(({ name, schema }: Schema) => [`${kind} ${group}/${name}`, closed(schema.openAPIV3Schema)] as const));
  const builtIn = filesIn(BUILT_IN).map(({ title, ...schema }) => [title, schema] as const);
  return new Map([...custom, ...builtIn]);
}

/** Writes the schemas where kubeconform looks for them by `{{ .ResourceKind }}_{{ .ResourceAPIVersion }}.json`. */
export function writeSchemas(folder: string): void {
  mkdirSync(folder, { recursive: true });
  schemas().forEach((schema, name) => {
    const [kind, apiVersion] = name.split(' ');
    writeFileSync(path.join(folder, `${kind.toLowerCase()}_${apiVersion.split('/').pop()}.json`), JSON.stringify(schema));
  });
}

function filesIn(folder: string): Schema[] {
  return readdirSync(folder).sort().map(file => JSON.parse(readFileSync(path.join(folder, file), 'utf8')));
}

/** The API server drops a field that it does not know, in silence. */
function closed(schema: Schema): Schema {
  return mapped(schema, each => {
    if (each['x-kubernetes-int-or-string'] === true) return { anyOf: [{ type: 'integer' }, { type: 'string' }] };
    const isOpen = each.properties === undefined || each.additionalProperties !== undefined || each['x-kubernetes-preserve-unknown-fields'] === true;
    return isOpen ? each : { ...each, additionalProperties: false };
  });
}

/** A definition without its descriptions, and with the version alone that is stored. */
function stripped({ apiVersion, kind, metadata: { name, annotations }, spec }: Schema): Schema {
  const versions = spec.versions.filter((each: Schema) => each.storage)
    .map((each: Schema) => ({ ...each, schema: { openAPIV3Schema: withoutWords(each.schema.openAPIV3Schema) } }));
  return { apiVersion, kind, metadata: { name, annotations }, spec: { ...spec, versions } };
}

/** The schema of a kind of Kubernetes itself, with all that it refers to. */
function standalone(definitions: Record<string, Schema>, { $schema: _, $id: __, ...schema }: Schema): Schema {
  return mapped(withoutWords(schema), each => {
    const { $ref, ...others } = each;
    return typeof $ref === 'string' ? standalone(definitions, { ...definitions[$ref.split('/').pop()!], ...others }) : each;
  });
}

function withoutWords(schema: Schema): Schema {
  return mapped(schema, ({ description: _, ...others }) => others);
}

/** The schema and those within it, changed. */
function mapped(schema: Schema, change: (schema: Schema) => Schema): Schema {
  if (Array.isArray(schema)) return schema.map(each => mapped(each, change));
  if (typeof schema !== 'object' || schema === null) return schema;
  const changed = Object.entries(change(schema)).map(([key, value]) => [key, key === 'properties' ? mapValues(value, change) : mapped(value, change)]);
  return Object.fromEntries(changed);
}

function mapValues(properties: Record<string, Schema>, change: (schema: Schema) => Schema): Record<string, Schema> {
  return Object.fromEntries(Object.entries(properties).map(([name, schema]) => [name, mapped(schema, change)]));
}

/** `custom <definition>…`, or `built-in <_definitions.json> <id of a kind>…`, all of them as JSON. */
function main([what, ...args]: string[]): void {
  const json = (file: string) => JSON.parse(readFileSync(file, 'utf8'));
  const write = (folder: string, name: string, content: Schema) => {
    mkdirSync(folder, { recursive: true });
    writeFileSync(path.join(folder, `${name}.json`), `${JSON.stringify(content)}\n`);
  };
  if (what === 'custom') {
    args.map(json).map(stripped).forEach(each => write(CUSTOM, each.metadata.name, each));
    return;
  }
  const [file, ...ids] = args;
  for (const id of ids) {
    const schema = standalone(json(file).$defs, json(file).$defs[id]);
    const { kind: { enum: [kind] }, apiVersion: { enum: [apiVersion] } } = schema.properties;
    write(BUILT_IN, kind, { title: `${kind} ${apiVersion}`, ...schema });
  }
}

if (require.main === module) main(process.argv.slice(2));
