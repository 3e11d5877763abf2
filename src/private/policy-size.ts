/** How long a value is that only the deployment knows: the longest that AWS uses. */
const LONGEST: Record<string, number> = {
  'AWS::AccountId': 12,
  'AWS::NoValue': 0,
  'AWS::Partition': 'aws-us-gov'.length,
  'AWS::Region': 'ap-southeast-1'.length,
  'AWS::StackId': 255,
  'AWS::StackName': 128,
  'AWS::URLSuffix': 'amazonaws.com.cn'.length,
};

/** About as long as the ARN of a role or a secret. */
const LONGEST_ATTRIBUTE = 128;

/** Characters of a policy document as the service counts them: JSON without white space, with each intrinsic at its longest. */
export function renderedSize(document: unknown): number {
  return JSON.stringify(atLongest(document)).length;
}

function atLongest(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(atLongest);
  if (value === null || typeof value !== 'object') return value;
  const entries = Object.entries(value);
  if (entries.length === 1) {
    const [[key, argument]] = entries;
    if (key === 'Ref') return 'x'.repeat(LONGEST[argument as string] ?? LONGEST_ATTRIBUTE);
    if (key === 'Fn::Join' && Array
      .isArray((argument as [string, unknown])[1])) {
      return (atLongest((argument as [string, unknown[]])[1]) as string[])
        .join((argument as [string])[0]);
    }
    if (key.startsWith('Fn::')) return 'x'.repeat(LONGEST_ATTRIBUTE);
  }
  return Object.fromEntries(entries.map(([key, inner]) => [key, atLongest(inner)]));
}
