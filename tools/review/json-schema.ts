import * as path from 'path';
import * as ts from 'typescript';

/** A JSON schema, as far as one is made here. */
export type Schema = Record<string, unknown>;

/** The JSON schema of an interface of a file and of all that it refers to, with its documentation. */
export function jsonSchemaOf(file: string, name: string): Schema {
  const program = ts.createProgram([file], { strict: true, target: ts.ScriptTarget.ES2022, skipLibCheck: true, types: [] });
  const checker = program.getTypeChecker();
  const exported = checker.getExportsOfModule(checker.getSymbolAtLocation(program.getSourceFile(file)!)!);
  const root = exported.find(symbol => symbol.name === name);
  if (root === undefined) throw new Error(`${path.basename(file)} exports no ${name}`);
  const definitions = new Definitions(checker, new Set(exported));
  const schema = definitions.of(checker.getDeclaredTypeOfSymbol(root));
  return { $schema: 'http://json-schema.org/draft-07/schema#', ...schema, definitions: definitions.all() };
}

class Definitions {
  private readonly found = new Map<string, Schema>();

  constructor(private readonly checker: ts.TypeChecker, private readonly named: ReadonlySet<ts.Symbol>) {}

  public all(): Schema {
    return Object.fromEntries([...this.found].sort(([a], [b]) => a < b ? -1 : 1));
  }

  public of(type: ts.Type): Schema {
    if (type.isStringLiteral()) return { const: type.value };
    if (has(type.flags, ts.TypeFlags.String)) return { type: 'string' };
    if (has(type.flags, ts.TypeFlags.Number)) return { type: 'number' };
    if (has(type.flags, ts.TypeFlags.BooleanLike)) return { type: 'boolean' };
    if (has(type.flags, ts.TypeFlags.Unknown)) return {};
    if (type.isUnion()) return this.union(type);
    if (this.checker.isArrayType(type)) return { type: 'array', items: this.of(this.checker.getTypeArguments(type as ts.TypeReference)[0]) };
    return type.symbol !== undefined && this.named.has(type.symbol) ? this.reference(type) : this.object(type);
  }

  private union({ types }: ts.UnionType): Schema {
    const values = types.filter(each => !has(each.flags, ts.TypeFlags.Undefined));
    if (values.every(each => each.isStringLiteral())) return values.length === 1 ? this.of(values[0]) : { enum: values.map(({ value }) => value) };
    if (values.every(each => has(each.flags, ts.TypeFlags.BooleanLiteral))) return { type: 'boolean' };
    return values.length === 1 ? this.of(values[0]) : { anyOf: values.map(each => this.of(each)) };
  }

  private reference(type: ts.Type): Schema {
    const { name } = type.symbol;
    if (!this.found.has(name)) {
      this.found.set(name, {});
      this.found.set(name, { ...this.described(type.symbol), ...this.object(type) });
    }
    return { $ref: `#/definitions/${name}` };
  }

  private object(type: ts.Type): Schema {
    const index = this.checker.getIndexInfoOfType(type, ts.IndexKind.String);
    if (index !== undefined) return { type: 'object', additionalProperties: this.of(index.type) };
    const properties = this.checker.getPropertiesOfType(type);
    const required = properties.filter(({ flags }) => !has(flags, ts.SymbolFlags.Optional)).map(({ name }) => name);
    return {
      type: 'object',
      properties: Object.fromEntries(properties.map(property =>
        [property.name, { ...this.described(property), ...this.of(this.checker.getTypeOfSymbol(property)) }])),
      ...required.length > 0 && { required },
    };
  }

  private described(symbol: ts.Symbol): Schema {
    const description = ts.displayPartsToString(symbol.getDocumentationComment(this.checker)).replace(/\s+/g, ' ').trim();
    return description === '' ? {} : { description };
  }
}

function has(flags: number, flag: number): boolean {
  return (flags & flag) !== 0; // eslint-disable-line no-bitwise -- how TypeScript tells the kinds of types and symbols
}
