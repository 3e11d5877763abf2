/** What a registry asks of the metadata of a package; a missing one would be refused, or shown as empty, when it is too late. */
const ASKED = {
  /** https://central.sonatype.org/publish/requirements/ */
  pom: ['name', 'description', 'url', 'licenses', 'developers', 'scm', 'groupId', 'artifactId', 'version'],
  /** https://learn.microsoft.com/nuget/reference/nuspec */
  nuspec: ['id', 'version', 'authors', 'description', 'license', 'repository'],
  /** https://packaging.python.org/en/latest/specifications/core-metadata/ */
  wheel: ['Name', 'Version', 'Summary', 'License', 'Requires-Python', 'Description-Content-Type', 'Requires-Dist'],
} as const;

/** In a pom these have names, addresses and versions of their own, which are not those of the package. */
const NESTED = /(<(licenses|developers|scm|dependencies|build)>).*?(<\/\2>)/gs;

/** The fields that the text of a pom or nuspec, or of a wheel's METADATA, does not have. */
export function missingIn(kind: keyof typeof ASKED, text: string): string[] {
  const own = text.replace(NESTED, '$1$3');
  return ASKED[kind].filter(field => !new RegExp(kind === 'wheel' ? `^${field}: .+` : `<${field}[ >]`, 'm').test(own));
}
