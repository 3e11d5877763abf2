/** The transformer of a target in a template. */
export interface InputTransformer {
  readonly InputPathsMap: Record<string, string>;
  readonly InputTemplate: string;
}

/**
 * What a target gets of an event. A value stands in a text as it is, and elsewhere as JSON; nothing stands for a path that the event does not have.
 *
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html
 */
export function transformed({ InputPathsMap: paths, InputTemplate: template }: InputTransformer, event: unknown): unknown {
  const json = template.replace(/"(?:[^"\\]|\\.)*"|<([^<>"]+)>/g, (text, bare?: string) => bare === undefined
    ? text.replace(/<([^<>"]+)>/g, (_, name: string) => JSON.stringify(String(valueAt(event, paths[name]) ?? '')).slice(1, -1))
    : JSON.stringify(valueAt(event, paths[bare]) ?? ''));
  return JSON.parse(json);
}

function valueAt(event: unknown, path: string): unknown {
  return path.split('.').slice(1).reduce<any>((value, name) => value?.[name], event);
}
