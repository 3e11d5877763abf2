/** The tags that a namespace gives its secrets, and on which policies may rest (ABAC). */
export const NAMESPACE_TAGS = {
  ENVIRONMENT: 'environment',
  SERVICE: 'service',
  OWNER: 'owner',
  COST_CENTER: 'cost-center',
} as const;
