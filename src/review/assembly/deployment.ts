import { Intrinsics, ValuesOfStacks } from './intrinsics';
import type { Environment, Template } from './resolved-stack';

/** A stack before its template is resolved. */
export interface Source {
  readonly name: string;
  readonly environment: Environment;
  readonly template: Template;
}

type Place = Pick<Environment, 'account' | 'region'>;

/** All stacks that are deployed together: where one finds what another one exports. */
export class Deployment implements ValuesOfStacks {
  private readonly stacks: { readonly source: Source; readonly intrinsics: Intrinsics }[];

  constructor(sources: Source[]) {
    this.stacks = sources.map(source => ({
      source,
      intrinsics: new Intrinsics(source.name, source.environment, source.template, this),
    }));
  }

  public intrinsicsOf(source: Source): Intrinsics {
    return this.stacks.find(stack => stack.source === source)!.intrinsics;
  }

  public exportedValue(place: Place, exportName: string): unknown {
    for (const { source, intrinsics } of this.stacksIn(place)) {
      for (const [id, output] of Object.entries(source.template.Outputs ?? {})) {
        if (output.Export !== undefined && intrinsics.value(output.Export.Name, id) === exportName) return intrinsics.value(output.Value, id);
      }
    }
    return undefined;
  }

  public output(place: Place, stackName: string, outputId: string): unknown {
    const stack = this.stacksIn(place).find(({ source }) => source.name === stackName);
    const output = stack?.source.template.Outputs?.[outputId];
    return output === undefined ? undefined : stack!.intrinsics.value(output.Value, outputId);
  }

  public crossRegionExport(reader: Environment, exportName: string): unknown {
    for (const { source, intrinsics } of this.stacks) {
      for (const [id, { Type, Properties }] of Object.entries(source.template.Resources)) {
        if (Type !== 'Custom::CrossRegionExportWriter' || source.environment.account !== reader.account) continue;
        const { region, exports } = Properties!.WriterProps;
        if (region === reader.region && exportName in exports) return intrinsics.value(exports[exportName], id);
      }
    }
    return undefined;
  }

  private stacksIn(place: Place) {
    return this.stacks.filter(({ source }) => source.environment.account === place.account && source.environment.region === place.region);
  }
}
