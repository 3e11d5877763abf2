import { Intrinsics, ValuesOfStacks } from './intrinsics';
import type { Environment, Template } from './resolved-stack';
import { isUnknown } from './unknown';

/** A stack before its template is resolved. */
export interface Source {
  readonly name: string;
  readonly environment: Environment;
  readonly template: Template;
  /** The nested stacks, by their logical ids. */
  readonly nested?: ReadonlyMap<string, Source>;
  /** For a nested stack, the one that it is in. */
  readonly parent?: { readonly source: Source; readonly logicalId: string };
}

type Place = Pick<Environment, 'account' | 'region'>;

/** All stacks that are deployed together: where one finds what another one exports. */
export class Deployment implements ValuesOfStacks {
  private readonly intrinsics = new Map<Source, Intrinsics>();
  private exports?: Map<string, () => unknown>;
  private crossRegionExports?: Map<string, () => unknown>;

  constructor(private readonly sources: Source[]) {}

  public intrinsicsOf(source: Source): Intrinsics {
    const before = this.intrinsics.get(source);
    if (before !== undefined) return before;
    const { name, environment, template, nested, parent } = source;
    const made = new Intrinsics({
      name,
      environment,
      template,
      others: this,
      parameter: parent && (parameter => this.intrinsicsOf(parent.source).value(givenBy(parent)?.[parameter], parent.logicalId)),
      nestedOutput: (logicalId, output) => this.valueOfOutput(nested?.get(logicalId), output),
    });
    this.intrinsics.set(source, made);
    return made;
  }

  public exportedValue(place: Place, exportName: string): unknown {
    this.exports ??= this.allExports();
    return this.exports.get(keyOf(place, exportName))?.();
  }

  public output(place: Place, stackName: string, outputId: string): unknown {
    return this.valueOfOutput(this.sources.find(({ name, environment }) => name === stackName && isIn(environment, place)), outputId);
  }

  public crossRegionExport(reader: Environment, exportName: string): unknown {
    this.crossRegionExports ??= this.allCrossRegionExports();
    return this.crossRegionExports.get(keyOf(reader, exportName))?.();
  }

  private valueOfOutput(source: Source | undefined, outputId: string): unknown {
    const output = source?.template.Outputs?.[outputId];
    return output === undefined ? undefined : this.intrinsicsOf(source!).value(output.Value, outputId);
  }

  private allExports(): Map<string, () => unknown> {
    return new Map(this.sources.flatMap(source => Object.entries(source.template.Outputs ?? {}).flatMap(([id, { Export, Value }]) => {
      const name = Export && this.intrinsicsOf(source).value(Export.Name, id);
      return Export === undefined || isUnknown(name) ? [] : [[keyOf(source.environment, name), () => this.intrinsicsOf(source).value(Value, id)]];
    })));
  }

  private allCrossRegionExports(): Map<string, () => unknown> {
    return new Map(this.sources.flatMap(source => Object.entries(source.template.Resources)
      .filter(([, { Type }]) => Type === 'Custom::CrossRegionExportWriter')
      .flatMap(([id, { Properties }]) => {
        const { region, exports } = Properties!.WriterProps;
        return Object.entries(exports).map(([name, value]): [string, () => unknown] =>
          [keyOf({ account: source.environment.account, region }, name), () => this.intrinsicsOf(source).value(value, id)]);
      })));
  }
}

function givenBy({ source, logicalId }: NonNullable<Source['parent']>): Record<string, unknown> | undefined {
  return source.template.Resources[logicalId].Properties?.Parameters;
}

function isIn(environment: Environment, { account, region }: Place): boolean {
  return environment.account === account && environment.region === region;
}

function keyOf({ account, region }: Place, name: string): string {
  return `${account}/${region}/${name}`;
}
