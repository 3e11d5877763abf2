import { assertions, Stack } from 'aws-cdk-lib';

/** The resources of a type, by the end of the path of their construct. */
export function resourcesOf(stack: Stack, type: string): Record<string, any> {
  const found = assertions.Template.fromStack(stack).findResources(type);
  return Object.fromEntries(Object.entries(found).map(([id, { Properties: properties }]) => [id, properties]));
}

/** The same, as they are after a deployment: what the template refers to has its logical id as its value, but for those that are given. */
export function deployed(value: unknown, known: Record<string, string> = {}): any {
  if (Array.isArray(value)) return value.map(each => deployed(each, known));
  if (value === null || typeof value !== 'object') return value;
  const { Ref: reference, 'Fn::GetAtt': attribute, 'Fn::Join': join, ...rest } = value as Record<string, any>;
  if (reference !== undefined) return known[reference] ?? reference;
  if (attribute !== undefined) return known[attribute[0]] ?? attribute[0];
  if (join !== undefined) return deployed(join[1], known).join(join[0]);
  return Object.fromEntries(Object.entries(rest).map(([key, each]) => [key, deployed(each, known)]));
}
